/** Finds the Matter SDK: PyPI's home-assistant-chip-core, which exists for Linux on x86-64. */
import { spawnSync } from 'node:child_process';
import type { Finding } from 'nvs-core';
import { verifyErrors } from '../../errors';

/** The version whose Python API and log are the ones used here. */
export const SDK_VERSION = '2025.7.0';

const PACKAGES = ['home-assistant-chip-core', 'home-assistant-chip-clusters'] as const;
const TIME_LIMIT = 60_000;

export interface FindSdkOptions {
  /** The Python that has the SDK; by default `python3` on PATH, as in an active virtual environment. */
  readonly python?: string | undefined;
  readonly platform?: NodeJS.Platform;
  readonly arch?: string;
}

/** A Python with the SDK, or a finding why there is none. */
export type SdkResult = { readonly python: string } | { readonly missing: Finding };

export function findSdk(options: FindSdkOptions = {}): SdkResult {
  const { python = 'python3', platform = process.platform, arch = process.arch } = options;
  if (platform !== 'linux' || arch !== 'x64')
    return { missing: verifyErrors.finding('verify.sdk-platform', { platform, arch }) };
  const code = `from importlib.metadata import version\nfor name in ${JSON.stringify(PACKAGES)}: print(version(name))`;
  const { status, stdout, stderr, error } = spawnSync(python, ['-c', code], {
    encoding: 'utf8',
    timeout: TIME_LIMIT,
  });
  if (status !== 0) {
    const reason = error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
    return { missing: verifyErrors.finding('verify.sdk-missing', { python, reason }) };
  }
  const found = stdout.trim().split('\n');
  return found.every((version) => version === SDK_VERSION)
    ? { python }
    : {
        missing: verifyErrors.finding('verify.sdk-version', {
          python,
          found: [...new Set(found)].join(' and '),
        }),
      };
}
