/**
 * The architecture, executed: which folder of `src` may import which, and where each effect is at home. The comment of a
 * rule is what the offender reads. The picture and the reasons are in docs/architecture.md; a new folder is a line there
 * and a line in this table.
 */

const ALL = ["admin", "config", "consul", "daemon", "demo", "migrate", "model", "nginx", "pipeline", "render", "state", "support"];
const without = (...names) => ALL.filter((name) => !names.includes(name));

/** folder -> what it may import beside itself. */
const MAY_IMPORT = {
  cli: ALL,
  demo: without("demo"),
  migrate: ["config", "model", "support"],
  daemon: without("daemon", "demo", "migrate"),
  admin: ["model", "support"],
  pipeline: ["model", "render", "support"],
  consul: ["model", "support"],
  nginx: ["model", "support"],
  state: ["model", "support"],
  render: ["model", "support"],
  config: ["model", "support"],
  model: [],
  support: [],
};

/** An effect, the modules of Node that have it, and the only files of `src` that may import them. */
const EFFECTS = [
  {
    name: "processes",
    modules: ["child_process", "cluster", "worker_threads"],
    home: "^src/(nginx|demo)/",
    belongs: "Processes are started in src/nginx (and in src/demo, for its own show). Start it there and hand the result on as data.",
  },
  {
    name: "disk",
    modules: ["fs", "fs/promises"],
    home: "^src/(nginx|state|config|cli|demo)/|^src/support/watch-files[.]ts$|^src/render/(templates|load-user-templates)[.]ts$",
    belongs:
      "Files are touched in src/nginx (destinations), src/state (what survives us), src/config, src/cli (what it was asked to write), src/demo, and by the loaders of templates in src/render and src/support/watch-files.ts. Elsewhere take the text as an argument.",
  },
  {
    name: "network",
    modules: ["http", "https", "http2", "net", "tls", "dgram", "dns", "dns/promises"],
    home: "^src/(consul|admin|demo)/",
    belongs:
      "The network is src/consul (out), src/admin (in, and the client of the control socket) and src/demo. Whether a text is an address is asked of src/model/address.ts.",
  },
];

/** A package, and the only files of `src` that may import it. */
const PACKAGES = [
  { packages: ["chokidar"], home: "^src/support/watch-files[.]ts$", belongs: "Files are watched by src/support/watch-files.ts." },
  { packages: ["consul"], home: "^src/consul/", belongs: "Consul is spoken to in src/consul; the others see a Snapshot." },
  { packages: ["handlebars"], home: "^src/render/", belongs: "Templates are compiled and run in src/render." },
  {
    packages: ["commander", "@commander-js/extra-typings"],
    home: "^src/cli/",
    belongs: "The command line is read in src/cli; the others take values.",
  },
  {
    packages: ["zod", "yaml"],
    home: "^src/config/",
    belongs: "What people write is parsed in src/config; the others take a Configuration.",
  },
  { packages: ["pino"], home: "^src/support/create-log[.]ts$", belongs: "What is logged goes through the Log of src/support/log.ts." },
];

const SRC = "^src/";
const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

const folderRules = Object.entries(MAY_IMPORT).map(([folder, allowed]) =>
  rule(
    `${folder}-imports-what-it-may`,
    `src/${folder} may import ${allowed.length === 0 ? "nothing of src but itself" : `${allowed.join(", ")} and itself`}. What two folders share is a type in src/model; they are joined in src/daemon or src/cli.`,
    { path: `^src/${folder}/` },
    { path: SRC, pathNot: `^src/(${[folder, ...allowed].join("|")})/` },
  ),
);

const effectRules = EFFECTS.map(({ name, modules, home, belongs }) =>
  rule(`home-of-${name}`, belongs, { path: SRC, pathNot: home }, { path: `^(node:)?(${modules.join("|")})$` }),
);

const packageRules = PACKAGES.map(({ packages, home, belongs }) =>
  rule(`home-of-${packages.at(0)}`, belongs, { path: SRC, pathNot: home }, { path: `node_modules/(${packages.join("|")})/` }),
);

const OF_TESTS = "^test/|[.]test[.]ts$";

export default {
  forbidden: [
    rule(
      "folder-in-the-table",
      `A folder of src needs a line in the table of .dependency-cruiser.mjs and in docs/architecture.md, with an ADR. There are ${Object.keys(MAY_IMPORT).join(", ")}.`,
      { path: SRC, pathNot: `^src/(${Object.keys(MAY_IMPORT).join("|")})/` },
      {},
    ),
    ...folderRules,
    ...effectRules,
    ...packageRules,
    rule(
      "no-cycle",
      "Two files that need one another are one idea, or share a third: move what both need to a file of its own. Types count.",
      {},
      { circular: true },
    ),
    rule("no-test-in-src", "What only tests need stays in test/; what both need is product code.", { path: SRC }, { path: OF_TESTS }),
    rule(
      "no-dev-dependency-in-src",
      "src may only import what users install: move the package to `dependencies`, with a line in an ADR.",
      { path: SRC },
      {
        dependencyTypes: ["npm-dev"],
        pathNot: "node_modules/@types/",
      },
    ),
    rule(
      "no-undeclared-dependency",
      "Declare the package in package.json, with a line in an ADR, or do without it.",
      { path: `${SRC}|^test/` },
      {
        dependencyTypes: ["npm-no-pkg", "npm-unknown", "npm-peer", "npm-optional"],
      },
    ),
    rule("no-unresolved-import", "There is no such file or package.", { path: `${SRC}|^test/` }, { couldNotResolve: true }),
    rule(
      "thin-bin",
      "bin/upstreamd.js calls main and nothing else: logic belongs in src/cli.",
      { path: "^bin/" },
      { pathNot: "(^|/)dist/cli/main[.]js$" },
    ),
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: ["node_modules", "^dist"] },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      extensions: [".ts", ".mjs", ".js", ".json"],
    },
  },
};
