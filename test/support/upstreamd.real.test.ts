import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { tempFolder } from "./tmp.ts";
import { startUpstreamd, upstreamd } from "./upstreamd.ts";

test("upstreamd() runs the built command to its end", async () => {
  const { code, stdout, stderr } = await upstreamd(["--version"]);
  expect({ code, stdout: stdout.trim(), stderr }).toEqual({ code: 0, stdout: manifest.version, stderr: "" });
});

test("startUpstreamd() says what a daemon said that ended before its status could be asked", async () => {
  const folder = tempFolder();
  const daemon = startUpstreamd(["-c", `${folder}/none.yaml`, "run"], { stateDir: folder, cwd: folder });
  await expect(daemon.waitForStatus("in sync", (status) => status.state === "in_sync", { deadlineMs: 5000 })).rejects.toThrow(
    /none[.]yaml/,
  );
  expect(await daemon.exited).toEqual({ code: 2, signal: null });
});
