import { describe, expect, test } from "vitest";
import { toView } from "../../src/render/view.ts";
import { SERVER } from "./upstreams.ts";

const API = { name: "api", protocol: "http", directives: [], servers: [] } as const;

describe("toView", () => {
  test("has every field of a server, and prints nothing that is Nginx's default", () => {
    expect(toView({ ...API, servers: [SERVER] }).servers).toEqual([
      {
        address: "10.0.0.7",
        port: 80,
        endpoint: "10.0.0.7:80",
        weight: 1,
        state: "up",
        backup: false,
        max_conns: null,
        max_fails: null,
        fail_timeout: null,
        route: null,
        parameters: [],
      },
    ]);
  });

  test("prints whatever was asked for, in one order", () => {
    const server = { ...SERVER, weight: 5, maxConns: 0, maxFails: 1, failTimeout: 10, backup: true, state: "down" } as const;
    expect(toView({ ...API, servers: [server] }).servers.at(-1)?.parameters).toEqual([
      "weight=5",
      "max_conns=0",
      "max_fails=1",
      "fail_timeout=10s",
      "backup",
      "down",
    ]);
  });

  test("puts IPv6 addresses in brackets", () => {
    expect(toView({ ...API, servers: [{ ...SERVER, address: "::1" }] }).servers[0]?.endpoint).toBe("[::1]:80");
  });

  test("shows the refusing server where an upstream has none, and before backups that stand alone", () => {
    expect(toView(API).servers.map(({ endpoint, parameters }) => [endpoint, ...parameters])).toEqual([["127.0.0.1:1", "down"]]);
    expect(toView({ ...API, servers: [{ ...SERVER, backup: true }] }).servers.map(({ endpoint }) => endpoint)).toEqual([
      "127.0.0.1:1",
      "10.0.0.7:80",
    ]);
  });

  test("leaves out the method that has no directive", () => {
    expect(
      toView({
        ...API,
        directives: [
          { name: "round_robin", arguments: [] },
          { name: "keepalive", arguments: ["3"] },
        ],
      }).directives,
    ).toEqual([{ name: "keepalive", arguments: ["3"] }]);
  });
});
