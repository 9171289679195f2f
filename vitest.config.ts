import { defineConfig } from "vitest/config";

const REAL = ["test/e2e/**/*.test.ts", "test/**/*.real.test.ts"];

/** `unit` runs anywhere at once; `real` drives Consul and Nginx themselves, which its set-up installs. */
export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 3,
    setupFiles: ["test/support/setup.ts"],
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    allowOnly: false,
    reporters: process.env["TEST_REPORT"] === undefined ? ["default"] : ["default", ["json", { outputFile: process.env["TEST_REPORT"] }]],
    projects: [
      { extends: true, test: { name: "unit", include: ["test/**/*.test.ts"], exclude: REAL, testTimeout: 30_000 } },
      { extends: true, test: { name: "real", include: REAL, testTimeout: 60_000, globalSetup: ["test/support/global-setup.ts"] } },
    ],
  },
});
