import type { Finding } from 'nvs-core';
import { verifyErrors } from '../errors';
import { runLevel1 } from './level-1';
import { runLevel2 } from './level-2';
import { obstacleTo, runLevel3 } from './level-3';
import { runLevel4 } from './level-4';
import { loadMatter, type MatterResult, missingNetwork } from './matter/load';
import {
  DEFAULT_LEVEL,
  LEVEL_TITLES,
  LEVELS,
  type Level,
  type LevelOutcome,
  type LevelResult,
  type VerifyReport,
} from './report';
import { findSdk } from './sdk/python';
import type { Subject } from './subject';

export interface VerifyOptions {
  /** The last level to run, which then must run; by default all of 1 to 3 that can run. */
  readonly level?: Level | undefined;
  /** Folders to resolve matter.js from, in addition to that of this package. */
  readonly folders: readonly string[];
  /** The Python that has the Matter SDK, for level 4; by default python3. */
  readonly sdkPython?: string | undefined;
  /** Called when a level is done. */
  readonly onLevel?: (result: LevelResult) => void;
}

/** Runs the levels on a subject. */
export async function verify(subject: Subject, options: VerifyOptions): Promise<VerifyReport> {
  const { level: last, folders, onLevel } = options;
  const levels: LevelResult[] = [];
  let matter: MatterResult | undefined;
  for (const level of LEVELS.filter((one) => one <= (last ?? DEFAULT_LEVEL))) {
    const begin = performance.now();
    if (level > 1) matter ??= loadMatter(folders);
    const { outcome, skipped } = await runLevel(subject, level, matter, options);
    const failed = outcome.findings.some(({ severity }) => severity === 'error');
    const result: LevelResult = {
      level,
      title: LEVEL_TITLES[level],
      outcome: failed ? 'failed' : skipped ? 'skipped' : 'passed',
      milliseconds: Math.round(performance.now() - begin),
      ...outcome,
    };
    levels.push(result);
    onLevel?.(result);
  }
  return { image: subject.image.name, passed: levels.every(({ outcome }) => outcome !== 'failed'), levels };
}

async function runLevel(
  subject: Subject,
  level: Level,
  matter: MatterResult | undefined,
  { level: last, folders, sdkPython }: VerifyOptions,
): Promise<{ outcome: LevelOutcome; skipped: boolean }> {
  const skip = (finding: Finding) => ({
    outcome: {
      checked: [],
      findings: [{ ...finding, severity: last !== undefined ? ('error' as const) : ('info' as const) }],
    },
    skipped: true,
  });
  if (level === 1) return { outcome: await runLevel1(subject), skipped: false };
  if (matter === undefined || 'missing' in matter)
    return skip(matter?.missing(level) ?? verifyErrors.finding('verify.matter-missing', { level }));
  if (level === 2) {
    const outcome = await runLevel2(subject, matter.stack);
    if (outcome.checked.length > 1) return { outcome, skipped: false };
    return skip(
      verifyErrors.finding('verify.level-skipped', { level, reason: NOTHING_TO_CHECK }, where(subject)),
    );
  }
  const reason = obstacleTo(subject);
  if (reason !== undefined)
    return skip(verifyErrors.finding('verify.level-skipped', { level, reason }, where(subject)));
  if (level === 3) return { outcome: await runLevel3(subject, matter.stack), skipped: false };
  const sdk = findSdk({ python: sdkPython });
  if ('missing' in sdk) return skip(sdk.missing);
  const noNetwork = missingNetwork(matter);
  if (noNetwork !== undefined) return skip(noNetwork);
  return { outcome: await runLevel4(subject, { python: sdk.python, folders }), skipped: false };
}

const NOTHING_TO_CHECK = 'the image has neither credentials nor a verifier';

function where({ image }: Subject) {
  return { file: image.name };
}
