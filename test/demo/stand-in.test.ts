import { startStandIn } from "../../src/demo/stand-in-consul.ts";
import { describeConsulContract } from "./consul-contract.ts";

describeConsulContract("the stand-in", (options) => startStandIn(options));
