/**
 * A pure function of two objects that does its work once for each pair and then gives the same result again. Nothing here is
 * changed once it is made, so the same objects mean the same content. A result is forgotten with the objects it was made of.
 */
export function byIdentity<A extends object, B extends object, Result>(make: (a: A, b: B) => Result): (a: A, b: B) => Result {
  const known = new WeakMap<A, WeakMap<B, { readonly result: Result }>>();
  return (a, b) => {
    const ofA = known.get(a) ?? new WeakMap<B, { readonly result: Result }>();
    const { result } = ofA.get(b) ?? { result: make(a, b) };
    known.set(a, ofA.set(b, { result }));
    return result;
  };
}
