import { afterAll } from "vitest";
import { cleanUp } from "./cleanup.ts";

/** Runs around every test file: whatever a file started or made is gone when it ends. */
afterAll(cleanUp);
