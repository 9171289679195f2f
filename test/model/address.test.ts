import { isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalAddress, compareAddresses } from "../../src/model/address.ts";
import { anyText } from "./grammar/any-text.ts";

describe("canonicalAddress", () => {
  test.each([
    ["10.0.0.7", "10.0.0.7"],
    ["255.255.255.254", "255.255.255.254"],
    ["::1", "::1"],
    ["2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
    ["2001:DB8::1", "2001:db8::1"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:0:0:2:3:0:0:4", "1::2:3:0:0:4"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"],
    ["::ffff:10.0.0.1", "::ffff:a00:1"],
    ["fe80::1", "fe80::1"],
  ])("writes %s as %s", (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  test.each([
    "",
    " 10.0.0.1",
    "10.0.0.1 ",
    "10.0.0.1\n",
    "10.0.0.1:80",
    "10.0.0",
    "127.1",
    "2130706433",
    "0x7f000001",
    "010.0.0.1",
    "10.0.0.01",
    "256.1.1.1",
    "localhost",
    "api.service.consul",
    "[::1]",
    "::1%lo",
    "fe80::1%eth0",
    "1::2::3",
    "::1:80:",
    "unix:/run/x.sock",
    "a;b",
    "$host",
    "١.١.١.١",
  ])("refuses %j, which is no address to the letter", (text) => {
    expect(canonicalAddress(text)).toBeNull();
  });

  test.each(["0.0.0.0", "255.255.255.255", "::", "0:0:0:0:0:0:0:0", "::0.0.0.0", "::ffff:0.0.0.0", "::ffff:255.255.255.255"])(
    "refuses %s, which no server can have",
    (text) => {
      expect(canonicalAddress(text)).toBeNull();
    },
  );

  test("leaves what it wrote itself as it is, and writes nothing but digits, dots and colons", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), anyText), (text) => {
        const canonical = canonicalAddress(text);
        if (canonical === null) return;
        expect(canonical).toMatch(/^[0-9a-f.:]+$/);
        expect(canonicalAddress(canonical)).toBe(canonical);
      }),
    );
  });
});

describe("compareAddresses", () => {
  test("orders IPv4 before IPv6, and each by number", () => {
    const ordered = [
      "2.0.0.1",
      "10.0.0.2",
      "10.0.0.10",
      "10.0.1.1",
      "100.0.0.1",
      "::1",
      "::a",
      "::10",
      "::1:0",
      "2001:db8::2",
      "2001:db8::10",
      "2001:db8:0:1::",
      "fe80::1",
    ];
    expect(ordered.toReversed().sort(compareAddresses)).toEqual(ordered);
    expect([...ordered].sort()).not.toEqual(ordered);
  });

  test("orders IPv6 as their 128 bits are ordered", () => {
    const bits = fc.bigInt({ min: 1n, max: 2n ** 128n - 1n });
    fc.assert(
      fc.property(bits, bits, (a, b) => {
        expect(Math.sign(compareAddresses(ipV6Of(a), ipV6Of(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });
});

function ipV6Of(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(16 * (7 - i))) & 0xffffn).toString(16));
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}

test("canonicalAddress takes just what Node takes for an address, but zone ids and addresses that no server has", () => {
  const piece = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom(":", "::", ".", "0", "00", "1", "ffff", "256", "%eth0", "[", "]", " ", "\n", "x"),
  );
  const text = fc.oneof(
    fc.ipV4(),
    fc.ipV4Extended(),
    fc.ipV6(),
    fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(text, (address) => {
      const taken = canonicalAddress(address) !== null;
      const canBe = isIP(address) !== 0 && !address.includes("%");
      if (taken) expect([address, canBe]).toEqual([address, true]);
      else if (canBe) expect(address).toMatch(/^(0\.0\.0\.0|255\.255\.255\.255|[0:.f25]*)$/i);
    }),
    { numRuns: 3_000 },
  );
});
