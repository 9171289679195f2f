import { appendFileSync } from "node:fs";
import { test } from "vitest";
import { placeText, startSite, upstream } from "./a-host.ts";
test("times", async () => {
  const { host, destination } = await startSite({ version: "wheel", files: { "conf.d/upstreamd.conf": upstream("api") } });
  const t = async (n: string, f: () => Promise<unknown>) => { const s = performance.now(); await f(); appendFileSync("/tmp/nx/times", `${n} ${Math.round(performance.now() - s)}\n`); };
  await t("observe", () => host.observe()); await t("observe", () => host.observe());
  for (const n of [1, 1, 10_000]) {
    const text = `# Managed by upstreamd\nupstream api {\n${Array.from({ length: n }, (_, i) => `  server 10.0.${i >> 8}.${i & 255}:80;`).join("\n")}\n}\n`;
    await t(`test ${n}`, () => host.test(new Map([[destination, text]])));
    await t("place", () => placeText(host, destination, text));
    let told = await host.signal();
    await new Promise((r) => setTimeout(r, 500));
    await t("signal", async () => { told = await host.signal(); });
    await t("verify", () => told.verdict === "signalled" ? host.verify(told.before) : Promise.reject(new Error("x")));
  }
});
