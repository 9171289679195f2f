interface Place {
  readonly folder: string;
  readonly binary: string;
}

export const VERSIONS: { readonly consul: string; readonly nginxWheel: string; readonly node: string; readonly consulTemplate: string };
export const CACHE: string;
export const PLACES: { readonly consul: Place; readonly nginxWheel: Place; readonly node: Place; readonly consulTemplate: Place };
export const DEBIAN_NGINX: { readonly binary: string; readonly streamModule: string };
