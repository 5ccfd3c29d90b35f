import type { Finding } from 'nvs-core';

export const LEVELS = [1, 2, 3, 4] as const;
export type Level = (typeof LEVELS)[number];

/** The last level that runs unless another is requested. */
export const DEFAULT_LEVEL: Level = 3;

export const LEVEL_TITLES: Readonly<Record<Level, string>> = {
  1: 'structure and data',
  2: 'attestation and PASE offline',
  3: 'virtual commissioning',
  4: 'commissioning by the SDK',
};

/** The result of one level: what it checked, as text, and its findings. */
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
  /** The name of the image. */
  readonly image: string;
  readonly passed: boolean;
  readonly levels: readonly LevelResult[];
}

/** All findings of a report, in the order of the levels, without duplicates. */
export function findingsOf({ levels }: Pick<VerifyReport, 'levels'>): Finding[] {
  return distinctFindings(levels.flatMap(({ findings }) => findings));
}

/** The findings without duplicates, which have the same code, message and source location. */
export function distinctFindings(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, message, where }) => {
    const key = JSON.stringify([code, message, where]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
