/** Versions of CMake's policies, which change what commands do (CMake manual, cmake-policies(7)). */

/** Policies that change values. */
export const POLICIES: ReadonlySet<unknown> = new Set(['CMP0077', 'CMP0124', 'CMP0126', 'CMP0140']);

/** 316 for "3.16", and for the highest version of "3.5...3.16"; undefined if it is none. */
export function policyVersionOf(text: string): number | undefined {
  const [, major, minor] = /^(\d{1,3})\.(\d{1,2})(?!\d)/.exec(text.split('...').at(-1) ?? '') ?? [];
  return minor === undefined ? undefined : Number(major) * 100 + Number(minor);
}
