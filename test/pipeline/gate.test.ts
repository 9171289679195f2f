import { expect, it } from "vitest";
import { refuseUnsupported } from "../../src/pipeline/gate.ts";
import { UpstreamdError } from "../../src/support/errors.ts";
import { settings, upstreamSettings } from "../builders.ts";

it("refuseUnsupported() names every upstream, where it is written, what it asked for, and what to use instead", () => {
  const wanted = settings({
    upstreams: [
      upstreamSettings({ name: "api", algorithm: { method: "least_time", arguments: ["header"] }, writtenAt: "c.yaml:3:5" }),
      upstreamSettings({ name: "db", protocol: "stream", algorithm: { method: "ip_hash", arguments: [] } }),
    ],
  });
  const refusal = () => refuseUnsupported(wanted, "1.22.1");
  expect(refusal).toThrow(UpstreamdError);
  expect(refusal).toThrow(/\n {2}c\.yaml:3:5: upstream api: algorithm least_time header: .*since 1\.31\.0.*use least_conn/);
  expect(refusal).toThrow(/\n {2}upstream db: algorithm ip_hash: .*not in stream; use \{ hash/);
  expect(() => refuseUnsupported({ ...wanted, upstreams: [] }, "1.22.1")).not.toThrow();
});
