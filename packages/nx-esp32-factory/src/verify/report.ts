import type { Finding } from 'nvs-core';

export const LEVELS = [1, 2, 3] as const;
export type Level = (typeof LEVELS)[number];

export const LEVEL_TITLES: Readonly<Record<Level, string>> = {
  1: 'structure and data',
  2: 'attestation and PASE offline',
  3: 'virtual commissioning',
};

/** What one level did: what it looked at, in words, and what it found. */
export interface LevelOutcome {
  readonly checked: readonly string[];
  readonly findings: readonly Finding[];
}

export interface LevelResult extends LevelOutcome {
  readonly level: Level;
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly milliseconds: number;
}

export interface VerifyReport {
  /** What was verified. */
  readonly image: string;
  readonly passed: boolean;
  readonly levels: readonly LevelResult[];
}

/** All findings of a report, in the order of the levels; what two levels say alike is said once. */
export function findingsOf({ levels }: Pick<VerifyReport, 'levels'>): Finding[] {
  return distinctFindings(levels.flatMap(({ findings }) => findings));
}

/** Findings without those that say the same words about the same place. */
export function distinctFindings(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, message, where }) => {
    const said = JSON.stringify([code, message, where]);
    if (seen.has(said)) return false;
    seen.add(said);
    return true;
  });
}
