/** Handlebars' parser without its compiler and its runtime, which are not used here and take longer to load than all the rest of `render`. */
declare module "handlebars/dist/cjs/handlebars/compiler/base.js" {
  export function parse(source: string, options?: { readonly srcName?: string }): hbs.AST.Program;
}
