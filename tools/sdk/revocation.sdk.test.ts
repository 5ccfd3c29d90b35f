/** Revocation sets get the same answers from the Matter SDK's TestDACRevocationDelegateImpl and from us. */
import { parseRevocationSet } from 'nvs-core';
import { toBase64, toHex } from 'nvs-core/bytes';
import { checkBytes, forgeCertificate, goodInput } from '../../packages/nvs-core/test/attestation/forgery';
import {
  DAC,
  entryOf,
  PAA,
  PAI,
  REVOCATION_ROWS,
} from '../../packages/nvs-core/test/attestation/revocation-rows';
import { runsOf } from '../conformance/seed';
import { withSdk } from '../testing/needs-sdk';
import { askSdk } from './driver';

jest.setTimeout(600_000);

interface Question {
  readonly name: string;
  readonly dac: Uint8Array;
  readonly pai: Uint8Array;
  readonly text: string;
}

async function sdkAnswers(questions: readonly Question[]): Promise<number[]> {
  const lines = questions.map(({ dac, pai, text }) => ({
    dac: toBase64(dac),
    pai: toBase64(pai),
    set: text,
  }));
  return (await askSdk('revocation.py', lines)).map(Number);
}

function ourAnswer({ dac, pai, text }: Question): number {
  const { findings } = checkBytes(
    goodInput({ dac, pai, revocation: { set: parseRevocationSet(Buffer.from(text)) } }),
  );
  return findings.find(({ code }) => code === 'revocation.revoked')?.result?.number ?? 0;
}

const RANDOM_SETS = 300;
/** The next of a sequence that is the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

withSdk('revocation', () => {
  test('every row has the answer of the SDK', async () => {
    const questions = REVOCATION_ROWS.map(({ name, text, dac = DAC, pai = PAI }) => ({
      name,
      text,
      dac,
      pai,
    }));
    const answers = await sdkAnswers(questions);
    expect(questions.map(({ name }, index) => [name, answers[index]])).toEqual(
      REVOCATION_ROWS.map(({ name, sdk }) => [name, sdk]),
    );
  });

  test('random sets get our answer', async () => {
    const next = numbers(20_260);
    const pick = <T>(...values: readonly T[]): T => values[next(values.length)] as T;
    const serial = () =>
      Uint8Array.from({ length: 1 + next(20) }, (_, at) => (at === 0 ? 1 + next(127) : next(256)));
    const questions = Array.from({ length: runsOf(RANDOM_SETS) }, (_, index): Question => {
      const own = serial();
      const dac = forgeCertificate('dac', { serialNumber: own });
      const written = toHex(own).toUpperCase();
      const entries = Array.from({ length: next(5) }, () => {
        const others = Array.from({ length: next(4) }, () => toHex(serial()).toUpperCase());
        const list = pick(
          others,
          [...others, written, '5A01020304050607'],
          [written.toLowerCase(), ...others],
        );
        const delegator = pick<object>(
          {},
          {},
          {},
          { crl_signer_delegator: pick(null, toBase64(PAI), toBase64(PAA)) },
        );
        return entryOf(pick(PAI, PAI, PAA), list, delegator as Record<string, unknown>);
      });
      return { name: `set ${index}`, dac, pai: PAI, text: JSON.stringify(entries) };
    });
    const answers = await sdkAnswers(questions);
    const differences = questions.flatMap((question, index) => {
      const ours = ourAnswer(question);
      return ours === answers[index] ? [] : [{ sdk: answers[index], ours, ...question }];
    });
    expect(differences).toEqual([]);
    expect(new Set(answers)).toEqual(new Set([0, 202, 302, 208]));
  });
});
