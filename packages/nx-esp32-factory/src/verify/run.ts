import type { Finding } from 'nvs-core';
import { verifyErrors } from '../errors';
import { runLevel1 } from './level-1';
import { runLevel2 } from './level-2';
import { obstacleTo, runLevel3 } from './level-3';
import { loadMatter, type MatterResult } from './matter/load';
import {
  LEVEL_TITLES,
  LEVELS,
  type Level,
  type LevelOutcome,
  type LevelResult,
  type VerifyReport,
} from './report';
import type { Subject } from './subject';

export interface VerifyOptions {
  /** The last level to run, which then must run; by default all levels that can run. */
  readonly level?: Level | undefined;
  /** Folders to resolve matter.js from, in addition to that of this package. */
  readonly folders: readonly string[];
  /** Called when a level is done. */
  readonly onLevel?: (result: LevelResult) => void;
}

/** Runs the levels on a subject. */
export async function verify(subject: Subject, options: VerifyOptions): Promise<VerifyReport> {
  const { level: last, folders, onLevel } = options;
  const levels: LevelResult[] = [];
  let matter: MatterResult | undefined;
  for (const level of LEVELS.filter((one) => one <= (last ?? 3))) {
    const begin = performance.now();
    if (level > 1) matter ??= loadMatter(folders);
    const { outcome, skipped } = await runLevel(subject, level, matter, last !== undefined);
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
  isRequired: boolean,
): Promise<{ outcome: LevelOutcome; skipped: boolean }> {
  const skip = (finding: Finding) => ({
    outcome: {
      checked: [],
      findings: [{ ...finding, severity: isRequired ? ('error' as const) : ('info' as const) }],
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
  return reason === undefined
    ? { outcome: await runLevel3(subject, matter.stack), skipped: false }
    : skip(verifyErrors.finding('verify.level-skipped', { level, reason }, where(subject)));
}

const NOTHING_TO_CHECK = 'the image has neither credentials nor a verifier';

function where({ image }: Subject) {
  return { file: image.name };
}
