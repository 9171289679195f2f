import { readFileSync } from "node:fs";
import { argv, exit, stdout } from "node:process";

/** Adds the gates and the test reports of vitest up to one line, and exits with 1 unless all is well. A report that is missing is a failure. */
const [passedGates, failedGates, ...reports] = argv.slice(2);

const total = { passed: Number(passedGates), failed: Number(failedGates) };
for (const path of reports) {
  const { passed, failed } = counted(path);
  total.passed += passed;
  total.failed += failed;
}
stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
exit(total.failed === 0 ? 0 : 1);

function counted(path) {
  try {
    const report = JSON.parse(readFileSync(path, "utf8"));
    if (report.numPassedTests === 0) return { passed: 0, failed: Math.max(1, report.numFailedTests) };
    return { passed: report.numPassedTests, failed: report.numFailedTests };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
