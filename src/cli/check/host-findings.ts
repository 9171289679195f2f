import { type Finding, finding } from "../../model/check/findings.ts";
import type { NginxSettings } from "../../model/configuration.ts";
import type { Survey } from "../../nginx/survey.ts";

/** How a reload is verified here: by the workers, not at all because nobody asks for it, or not because they cannot be seen. */
export type Verification = "workers" | "none" | "invisible";

export function verificationOf({ verify, reload }: NginxSettings, { now }: Pick<Survey, "now">): Verification {
  if (verify === "none" || reload === "none") return "none";
  return now.isHidden ? "invisible" : "workers";
}

/** What is to be said of the Nginx of this machine, apart from its configuration. */
export function checkHost(settings: NginxSettings, survey: Survey): readonly Finding[] {
  return [...missing(settings, survey), ...replaced(survey), ...verification(settings, survey)];
}

function missing({ binary }: NginxSettings, { installation, now }: Survey): readonly Finding[] {
  if (installation.build !== null) return [];
  const what = binary === null ? "no nginx binary was found" : `${binary} does not answer as an nginx binary does`;
  return [
    finding(
      "nginx_missing",
      "nginx.binary",
      `${what}, so nothing is tested by nginx -t; Nginx ${now.version} is assumed`,
      "Run check where Nginx is, or name it with nginx.binary (and its version with --nginx-version).",
    ),
  ];
}

function replaced({ installation: { binary, build }, running }: Survey): readonly Finding[] {
  if (running === null || build === null || binary === null || running.text === build.text) return [];
  const versions = running.version === build.version ? `${build.version}, in another build` : `${build.version}`;
  return [
    finding(
      "binary_replaced",
      binary,
      `Nginx ${running.version} runs, and its binary on disk is ${versions}: both have to accept the candidate`,
      "Restart Nginx, or upgrade the running one, when that suits you.",
    ),
  ];
}

function verification(settings: NginxSettings, survey: Survey): readonly Finding[] {
  const how = verificationOf(settings, survey);
  if (how === "none") {
    const because = settings.reload === "none" ? "nginx.reload is none: who reloads is not upstreamd" : "nginx.verify is none";
    return [
      finding(
        "not_verified",
        settings.reload === "none" ? "nginx.reload" : "nginx.verify",
        because,
        "Leave it out to have reloads verified by the workers.",
      ),
    ];
  }
  if (how === "workers") return [];
  return [
    finding(
      "workers_invisible",
      "nginx.verify",
      `reloads cannot be verified: ${survey.now.reason}`,
      "Run upstreamd as a user that sees Nginx's processes, or set nginx.verify: none with nginx.reload as a command.",
    ),
  ];
}
