import { afterAll } from "vitest";
import { cleanUp } from "./cleanup.ts";

/** Runs around every test file: whatever a file started or made is gone when it ends. */
afterAll(cleanUp);

/** Without this a test whose runner was killed would go on alone, with all that it started. */
process.once("disconnect", () => process.exit(1));
