/** Versions of CMake's policies, which change what commands do (CMake manual, cmake-policies(7)). */
import { isUnknown, type Value } from './value';
import type { Variables } from './variables';

/** Policies that change values. */
const POLICIES: ReadonlySet<unknown> = new Set(['CMP0077', 'CMP0124', 'CMP0126', 'CMP0140']);

/** 316 for "3.16", and for the highest version of "3.5...3.16"; undefined if it is none. */
function policyVersionOf(text: string): number | undefined {
  const [, major, minor] = /^(\d{1,3})\.(\d{1,2})(?!\d)/.exec(text.split('...').at(-1) ?? '') ?? [];
  return minor === undefined ? undefined : Number(major) * 100 + Number(minor);
}

/** cmake_minimum_required(VERSION) and cmake_policy(VERSION) choose the policies; single ones are not evaluated. */
export function choosePolicies(variables: Variables, [mode, version]: readonly Value[]): void {
  const isKept = mode === 'PUSH' || mode === 'GET' || (mode === 'SET' && !POLICIES.has(version));
  if (isKept) return;
  const chosen = mode === 'VERSION' && !isUnknown(version) ? policyVersionOf(version ?? '') : undefined;
  variables.policyVersion =
    variables.doubt === undefined || chosen === variables.policyVersion ? chosen : undefined;
}
