import { describe, expect, test } from "vitest";
import { decisiveCheck, healthOf, identityOf } from "../../src/model/instance.ts";
import { aCheck, anInstance } from "../builders.ts";

const health = (...statuses: string[]) => healthOf(anInstance({ checks: statuses.map((status) => aCheck(status)) }));

describe("healthOf", () => {
  test("an instance without checks is passing", () => {
    expect(health()).toBe("passing");
  });

  test("the worst check wins, wherever it stands", () => {
    expect(health("passing", "passing")).toBe("passing");
    expect(health("passing", "warning", "passing")).toBe("warning");
    expect(health("critical", "warning", "passing")).toBe("critical");
    expect(health("passing", "warning", "critical")).toBe("critical");
  });

  test.each(["", "PASSING", " passing", "weird", "maintenance", "constructor"])("an unknown status %j counts as critical", (status) => {
    expect(health("passing", status)).toBe("critical");
  });

  test.each(["_node_maintenance", "_service_maintenance:api-1", "_service_maintenance:"])(
    "a check with the id %s means maintenance, worse than critical and whatever its status",
    (id) => {
      expect(healthOf(anInstance({ checks: [aCheck("critical"), aCheck("critical", { id })] }))).toBe("maintenance");
      expect(healthOf(anInstance({ checks: [aCheck("passing", { id })] }))).toBe("maintenance");
    },
  );

  test.each(["_node_maintenance2", "x_node_maintenance", "_service_maintenance", "_NODE_MAINTENANCE"])(
    "the check id %s is no maintenance",
    (id) => {
      expect(healthOf(anInstance({ checks: [aCheck("critical", { id, name: "Node Maintenance Mode" })] }))).toBe("critical");
    },
  );
});

describe("decisiveCheck", () => {
  test("is the first of the worst", () => {
    const checks = [aCheck("passing", { id: "a" }), aCheck("critical", { id: "b" }), aCheck("weird", { id: "c" })];
    expect(decisiveCheck(anInstance({ checks }))?.id).toBe("b");
  });

  test("is undefined without checks", () => {
    expect(decisiveCheck(anInstance())).toBeUndefined();
  });
});

describe("identityOf", () => {
  test("tells apart by datacenter, node and service id, and by nothing else", () => {
    const base = anInstance();
    const different = [{ datacenter: "dc2" }, { node: "web-2" }, { id: "api-2" }].map((change) => identityOf(anInstance(change)));
    expect(new Set([identityOf(base), ...different]).size).toBe(4);
    expect(identityOf(anInstance({ address: "10.0.0.2", port: 1, tags: ["x"], checks: [aCheck("critical")] }))).toBe(identityOf(base));
  });

  test("cannot be forged by a separator in a name", () => {
    expect(identityOf(anInstance({ node: 'a","b', id: "c" }))).not.toBe(identityOf(anInstance({ node: "a", id: 'b","c' })));
  });
});
