import { describe, expect, it } from "vitest";
import { faultsOf, load } from "./loading.ts";

const FILE = "consul: { address: http://file:1, namespace: file }\nupstreams: { api: {} }\n";
const override = (source: string, value: unknown, path = "consul.address") => ({ settings: [{ path, value, source }] });

describe("the order of precedence", () => {
  it("is the built-in default where nobody says anything", async () => {
    expect((await load("upstreams: { api: {} }")).consul.address).toBe("http://127.0.0.1:8500");
  });

  it("is the file over the default", async () => {
    expect((await load(FILE)).consul.address).toBe("http://file:1");
  });

  it("is Consul's own variable over the file", async () => {
    const { consul } = await load(FILE, { variables: { CONSUL_HTTP_ADDR: "env:2", CONSUL_NAMESPACE: "env", CONSUL_PARTITION: "part" } });
    expect(consul).toMatchObject({ address: "http://env:2", namespace: "env", partition: "part" });
  });

  it("is a flag or a variable of ours over Consul's variable", async () => {
    const { consul } = await load(FILE, {
      variables: { CONSUL_HTTP_ADDR: "env:2" },
      overrides: override("--consul-address", "http://flag:3"),
    });
    expect(consul.address).toBe("http://flag:3");
  });

  it("counts an empty variable as not set", async () => {
    expect((await load(FILE, { variables: { CONSUL_HTTP_ADDR: "" } })).consul.address).toBe("http://file:1");
  });

  it.each(["1", "true", "TRUE"])(
    "refuses CONSUL_HTTP_SSL=%s over a plain address of the file, as Consul's CLI would use TLS",
    async (value) => {
      const [line] = await faultsOf(FILE, { variables: { CONSUL_HTTP_SSL: value } });
      expect(line).toBe("CONSUL_HTTP_SSL: an https:// address is not built yet in this version; remove it");
    },
  );

  it("takes a flag with a scheme over CONSUL_HTTP_SSL", async () => {
    const world = { variables: { CONSUL_HTTP_SSL: "true" }, overrides: override("--consul-address", "http://flag:3") };
    expect((await load(FILE, world)).consul.address).toBe("http://flag:3");
  });

  it("ignores CONSUL_HTTP_SSL=false", async () => {
    expect((await load(FILE, { variables: { CONSUL_HTTP_SSL: "false" } })).consul.address).toBe("http://file:1");
  });

  it("names the flag or the variable, not the file, where its value is bad", async () => {
    expect(await faultsOf(FILE, { overrides: override("UPSTREAMD_CONSUL_ADDRESS", "http://x/y") })).toEqual([
      'UPSTREAMD_CONSUL_ADDRESS: found "http://x/y", expected an address such as http://127.0.0.1:8500.',
    ]);
    expect(await faultsOf(FILE, { variables: { CONSUL_HTTP_ADDR: "https://x" } })).toEqual([
      "CONSUL_HTTP_ADDR: an https:// address is not built yet in this version; remove it",
    ]);
  });

  it("lets the algorithm of the command line replace the default one and no upstream's own", async () => {
    const text = "defaults: { algorithm: ip_hash }\nupstreams: { api: {}, web: { algorithm: random } }\n";
    const { settings } = await load(text, { overrides: { algorithm: "hash=$request_uri,consistent" } });
    expect(settings.upstreams.map(({ algorithm }) => algorithm)).toEqual([
      { method: "hash", arguments: ["$request_uri", "consistent"] },
      { method: "random", arguments: [] },
    ]);
  });

  it("blames --algorithm where the command line has a bad one", async () => {
    const [line] = await faultsOf(FILE, { overrides: { algorithm: "least_con" } });
    expect(line).toMatch(/^--algorithm: .*Did you mean "least_conn"\?$/);
  });

  it.each(["hash=$x,consistent,", "hash=$x,,consistent", "hash=,$x", "least_time=,", "least_time,", "random=two,"])(
    "refuses --algorithm %s for its empty part",
    async (algorithm) => {
      expect(await faultsOf(FILE, { overrides: { algorithm } })).toEqual([
        `--algorithm: found ${JSON.stringify(algorithm)}, expected something before, between and after its commas, such as hash=$request_uri,consistent.`,
      ]);
    },
  );

  it("refuses a flag of --algorithm with a slip in it, which would become a part of the key", async () => {
    expect(await faultsOf(FILE, { overrides: { algorithm: "hash=$x,consistant" } })).toEqual([
      '--algorithm: found "consistant" at the end, which is no flag of hash. Did you mean "consistent"?',
    ]);
    expect((await load(FILE, { overrides: { algorithm: "hash=$x,$consistant" } })).settings.upstreams[0]?.algorithm.arguments).toEqual([
      "$x,$consistant",
    ]);
  });

  it("begins relative paths of the file at its folder and those of flags at the present folder", async () => {
    const text =
      "output: { http: a.conf, stream: sub/b.conf }\nstate_dir: state\nnginx: { binary: nginx, config: ./n.conf }\nupstreams: { api: {} }\n";
    const configuration = await load(text, { overrides: override("--output-http", "flag.conf", "output.http") });
    const folder = configuration.path?.replace(/\/c\.yaml$/, "") ?? "";
    expect(configuration.settings.outputs).toEqual({ http: `${folder}/flag.conf`, stream: `${folder}/sub/b.conf` });
    expect(configuration.stateDir).toBe(`${folder}/state`);
    expect(configuration.nginx).toMatchObject({ binary: "nginx", config: `${folder}/n.conf` });
  });
});
