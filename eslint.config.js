import tseslint from "typescript-eslint";

/**
 * Only what needs types, and the homes of effects that show in no import; biome does the rest. A home is a list of
 * files, and each message says where the code belongs.
 */

const ENVIRONMENT = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: "The environment is read in src/cli, and handed to children by src/nginx/child-environment.ts. Hand the value on from there.",
  },
  {
    selector: "ImportDeclaration[source.value=/^(node:)?process$/]",
    message: "Use the global `process`, so that its use shows; only src/cli and src/nginx/child-environment.ts read the environment.",
  },
];

const CLOCK = "Time and chance come from src/support/clock.ts. Take a `Clock` as an argument.";

const TIME_AND_CHANCE = [
  "MemberExpression[object.name='Date'][property.name='now']",
  "NewExpression[callee.name='Date'][arguments.length=0]",
  "CallExpression[callee.name='Date']",
  "MemberExpression[object.name='performance']",
  "MemberExpression[object.name='Math'][property.name='random']",
  "MemberExpression[object.name='AbortSignal'][property.name='timeout']",
  "CallExpression[callee.name=/^set(Timeout|Interval|Immediate)$/]",
  "ImportDeclaration[source.value=/^(node:)?timers/]",
  "MemberExpression[object.name='process'][property.name=/^(hrtime|uptime)$/]",
  "CallExpression[callee.property.name=/^random(Bytes|Int|UUID)$/]",
  "CallExpression[callee.name=/^random(Bytes|Int|UUID)$/]",
].map((selector) => ({ selector, message: CLOCK }));

/** Which files may do what the others may not. */
const HOMES = [
  { files: ["src/cli/**/*.ts", "src/nginx/child-environment.ts"], may: [ENVIRONMENT] },
  // A process or a request that hangs is cut off where it was started: there the limit is a fact of the operating system, not of our rules.
  { files: ["src/nginx/command.ts", "src/admin/**/*.ts", "src/demo/**/*.ts", "src/support/clock.ts"], may: [TIME_AND_CHANCE] },
];

const restricted = (except) => {
  const selectors = [ENVIRONMENT, TIME_AND_CHANCE].filter((group) => !except.includes(group)).flat();
  return { "no-restricted-syntax": selectors.length === 0 ? "off" : ["error", ...selectors] };
};

export default tseslint.config(
  { ignores: ["dist/", "node_modules/", "test/tools/", "coverage/"] },
  {
    files: ["src/**/*.ts", "test/**/*.ts", "*.ts"],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { "@typescript-eslint": tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/consistent-type-exports": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-for-in-array": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/no-unnecessary-type-assertion": "error",
      "@typescript-eslint/only-throw-error": "error",
      "@typescript-eslint/prefer-promise-reject-errors": "error",
      "@typescript-eslint/require-array-sort-compare": ["error", { ignoreStringArrays: true }],
      "@typescript-eslint/return-await": ["error", "error-handling-correctness-only"],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    },
  },
  { files: ["src/**/*.ts"], rules: restricted([]) },
  ...HOMES.map(({ files, may }) => ({ files, rules: restricted(may) })),
);
