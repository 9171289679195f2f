import { expect, test } from "vitest";
import { type Examination, examinationAsJson, examinationAsText } from "../../../src/cli/check/report.ts";
import { finding } from "../../../src/model/check/findings.ts";

const EXAMINATION: Examination = {
  findings: [
    finding("no_shutdown_timeout", "/n.conf", "nothing bounds it", "Add it."),
    finding("template", "t.hbs:1:2", "there is no \u001b[31mx", "Mend it."),
  ],
  host: {
    nginx: {
      binary: "/usr/sbin/nginx",
      version: "1.22.1",
      version_from: "master",
      version_on_disk: "1.22.1",
      state: "running",
      master_pid: 812,
      config: "/n.conf",
      processes: 5,
      process_limit: 900,
    },
    test: "fragment",
    test_because: "/n.conf does not include /up.conf",
    verification: "workers",
  },
};

test("examinationAsText has the gravest first, each with its place and what to do, and nothing that a terminal obeys", () => {
  expect(examinationAsText(EXAMINATION, false)).toBe(
    [
      "t.hbs:1:2: error: there is no \\u{1b}[31mx [template]",
      "    Mend it.",
      "/n.conf: info: nothing bounds it [no_shutdown_timeout]",
      "    Add it.",
      "Nginx 1.22.1 (/usr/sbin/nginx, /n.conf): running, master 812, 5 of at most 900 processes.",
      "The candidate was tested alone (/n.conf does not include /up.conf). Reloads are verified: by the workers.",
      "1 error, 0 warnings, 1 to know.",
      "",
    ].join("\n"),
  );
});

test("examinationAsText colours the severity where colour is wanted", () => {
  expect(examinationAsText(EXAMINATION, true)).toContain("\u001b[31merror\u001b[39m");
});

test("examinationAsJson has the version, the findings in the same order, and the host", () => {
  expect(JSON.parse(examinationAsJson(EXAMINATION))).toEqual({ version: 1, ...EXAMINATION, findings: [...EXAMINATION.findings].reverse() });
});
