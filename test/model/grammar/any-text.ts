import fc from "fast-check";

const SPECIAL = fc.constantFrom(..."\\\"'{}#$; \n\t\r)abntr", "é");
/** Every UTF-16 unit, halves of pairs and control characters included, most of them small. */
const UNIT = fc.oneof(fc.nat({ max: 0x17f }), fc.nat({ max: 0xffff })).map((code) => String.fromCharCode(code));

function textOf(piece: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> {
  return fc.array(piece, { maxLength }).map((pieces) => pieces.join(""));
}

/** Text of which nearly every character means something to Nginx. */
export const specialText = textOf(SPECIAL, 12);

/** Text that whoever registers a service could think of. */
export const anyText = fc.oneof(specialText, textOf(UNIT, 20), textOf(fc.oneof(SPECIAL, UNIT), 40));
