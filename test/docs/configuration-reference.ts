import { z } from "zod";
import { formatDuration } from "../../src/config/duration.ts";
import { fileSchema } from "../../src/config/schema.ts";
import { table } from "./pages.ts";

/** The part of a JSON schema that the reference uses. */
interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Schema[];
  readonly not?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** The JSON schema of the configuration file, for editors; what is not built is not in it. */
export function configurationSchema(): Schema {
  const { $schema, ...schema } = z.toJSONSchema(fileSchema, { io: "input" }) as Schema & { $schema: string };
  const sections = Object.entries(built(schema).properties ?? {}).map(([name, section]) => [name, withDefaults(section, DEFAULTS[name])]);
  return { $schema, title: "The configuration of upstreamd", ...built(schema), properties: Object.fromEntries(sections) } as Schema;
}

/** A table of keys for each section of the file. */
export function configurationKeys(): string {
  const sections = Object.entries(configurationSchema().properties ?? {});
  const alone = sections.filter(([, { properties }]) => properties === undefined);
  const parts = sections.flatMap(([name, { description, properties }]) => {
    return properties === undefined ? [] : [`### \`${name}\`\n\n${description}\n\n${keyTable(Object.entries(properties))}`];
  });
  return [keyTable(alone), ...parts].join("\n\n");
}

const DEFAULTS = fileSchema.parse({}) as Readonly<Record<string, unknown>>;

function built(schema: Schema): Schema {
  if (schema.properties === undefined) return schema;
  const properties = Object.entries(schema.properties).filter(([, property]) => property.not === undefined);
  const { default: _empty, ...rest } = schema;
  return { ...rest, properties: Object.fromEntries(properties.map(([key, property]) => [key, builtForm(key, built(property))])) };
}

/** What the schema reads only to refuse it by name. */
const REFUSED: Readonly<Record<string, (form: Schema) => boolean>> = {
  verify: ({ type }) => type === "object",
  datacenter: ({ type }) => type === "array",
};

function builtForm(key: string, schema: Schema): Schema {
  const isRefused = REFUSED[key];
  if (isRefused === undefined) return schema;
  const { anyOf, enum: words, ...rest } = schema;
  const forms = anyOf?.filter((form) => !isRefused(form));
  if (forms?.length === 1) return { ...rest, ...forms[0] };
  if (forms !== undefined) return { ...rest, anyOf: forms };
  return words === undefined ? schema : { ...rest, enum: words.filter((word) => !isRefused({ const: word })) };
}

/** The schema does not know the defaults of what is converted while it is read, such as durations. */
function withDefaults(section: Schema, defaults: unknown): Schema {
  if (section.properties === undefined || typeof defaults !== "object" || defaults === null) return section;
  const properties = Object.entries(section.properties).map(([key, property]) => {
    const value = (defaults as Readonly<Record<string, unknown>>)[key];
    if (value === undefined) return [key, property];
    return [key, { ...property, default: isDuration(property) ? formatDuration(value as number) : value }];
  });
  return { ...section, properties: Object.fromEntries(properties) as Record<string, Schema> };
}

function keyTable(properties: readonly (readonly [string, Schema])[]): string {
  const rows = properties.map(([key, schema]) => [`\`${key}\``, kindOf(schema), defaultOf(schema), schema.description ?? ""]);
  return table(["key", "value", "default", "means"], rows);
}

function defaultOf({ default: value }: Schema): string {
  return value === undefined ? "" : `\`${String(value)}\``;
}

function kindOf(schema: Schema): string {
  if (isDuration(schema)) return "duration";
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((word) => `\`${String(word)}\``).join(", ");
  if (schema.anyOf !== undefined) return schema.anyOf.map(kindOf).join(" or ");
  if (schema.type === "array") return schema.items?.properties === undefined ? "list of texts" : `list of ${keysOf(schema.items)}`;
  if (schema.type === "object") return "mapping";
  if (schema.type === "boolean") return "`true` or `false`";
  if (schema.type === "integer" || schema.type === "number") {
    return `${schema.type === "integer" ? "whole number" : "number"} from ${schema.minimum} to ${schema.maximum}`;
  }
  return "text";
}

function keysOf({ properties = {} }: Schema): string {
  return `\`{ ${Object.keys(properties).join(", ")} }\``;
}

/** A duration is a text, or a bare 0. */
function isDuration({ anyOf }: Schema): boolean {
  return anyOf?.length === 2 && anyOf[0]?.type === "string" && anyOf[1]?.const === 0;
}
