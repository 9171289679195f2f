import { describe, expect, it } from "vitest";
import { algorithmFromText } from "../../src/config/algorithm-text.ts";
import { parseAlgorithm } from "../../src/model/algorithm.ts";

describe("algorithmFromText", () => {
  it.each([
    ["least_conn", "least_conn", []],
    ["hash=$request_uri", "hash", ["$request_uri"]],
    ["hash=$request_uri,consistent", "hash", ["$request_uri", "consistent"]],
    ["hash=$arg_a,$arg_b", "hash", ["$arg_a,$arg_b"]],
    ["hash=$a=$b", "hash", ["$a=$b"]],
    ["random=two", "random", ["two"]],
    ["random=two,least_conn", "random", ["two", "least_conn"]],
    ["least_time=last_byte,inflight", "least_time", ["last_byte", "inflight"]],
    ["least_time,inflight", "least_time", ["header", "inflight"]],
  ])("reads %s", (text, method, args) => {
    expect(parseAlgorithm(algorithmFromText(text), "http")).toEqual({ method, arguments: args });
  });

  it.each(["", "=", "hash", "hash=", "hash=uri", "random=three", "least_con", "ip_hash=x", "toString=1"])(
    "leaves %j to be refused",
    (text) => {
      expect(parseAlgorithm(algorithmFromText(text), "http")).toHaveProperty("because");
    },
  );
});
