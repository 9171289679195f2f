import { describe, expect, it } from "vitest";
import { nginxVersions } from "../support/nginx-server.ts";
import { isInSync, setUp } from "./stage.ts";

describe.each(nginxVersions)("what registrants wrote (%s)", (version) => {
  it("never becomes a directive: what is not an address or a port is left out with its reason, the rest goes on", async () => {
    const { consul, nginx, daemon, run } = await setUp(version);
    const evil = "10.0.0.9:80; server 203.0.113.66:80 weight=1000; #";
    const entries = [
      { node: "n1", address: "10.0.0.1", fields: { Port: 80 } },
      { node: "n2", address: "10.0.0.2", fields: { Port: 80, Address: evil } },
      { node: "n3", address: "10.0.0.3", fields: { Port: -1 } },
      { node: "n4", address: "10.0.0.4", fields: { Port: 65536 } },
      { node: "n5", address: "host.example.com", fields: { Port: 80 } },
      {
        node: "n6\n}\nserver { listen 1; }",
        address: "10.0.0.6",
        fields: { Port: 80, Tags: ["x\n}", "{{"], Meta: { "nginx-weight": "1; server 203.0.113.66:80" } },
      },
    ];
    for (const [i, { node, address, fields }] of entries.entries())
      await consul.registerOnNode({ node, address, service: "api", id: `i${i};{`, fields });
    const upstreamd = daemon();
    await upstreamd.waitForStatus("sync", isInSync);
    const text = nginx.read("conf.d/upstreamd.conf");
    expect(text.match(/server .*/g)).toEqual(["server 10.0.0.1:80;", "server 10.0.0.6:80;"]);
    expect(text).not.toContain("203.0.113.66");
    const status = JSON.parse((await run("status", "--json")).stdout);
    expect(status.upstreams[0].left_out.map(({ node }: { node: string }) => node)).toEqual(["n2", "n3", "n4", "n5"]);
    await upstreamd.waitForLog(/left out.*not an IP address/);
  });

  it("renders the same bytes whatever the order of registration", async () => {
    const { consul, run } = await setUp(version);
    const ports = [9001, 8001, 10001, 8002];
    const render = async (order: readonly number[]) => {
      for (const port of order) await consul.register({ service: "api", id: `s${port}`, address: `10.0.0.${port % 7}`, port });
      const { stdout } = await run("render");
      for (const port of order) await consul.deregister(`s${port}`);
      return stdout;
    };
    const first = await render(ports);
    expect(first.match(/server /g)).toHaveLength(4);
    expect(await render([...ports].reverse())).toBe(first);
  });
});
