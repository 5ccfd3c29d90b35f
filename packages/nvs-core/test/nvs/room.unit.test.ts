/** The room that a mount finds: PageManager::load and requestNewPage of ESP-IDF. */
import { decodeNvs, encodeNvs, type NvsItem } from '../../src/nvs';
import { edited } from './image-edit';

const values = (count: number): NvsItem[] =>
  Array.from({ length: count }, (_, index) => ({ namespace: 'ns', key: `k${index}`, type: 'u8', value: 1 }));
const image = (count: number, size = 0x3000) => encodeNvs(values(count), { size }).image;
const roomOf = (bytes: Uint8Array) => {
  const { findings, freeEntries } = decodeNvs(bytes);
  return [findings.map(({ code }) => code), freeEntries];
};
const markFull = (page: number) => edited(image(3), ({ bytes }) => bytes.set([0xfc], page * 4096));

/** As old generators write an image: the blank pages have a header too, and are marked full. */
function allPagesFull(count: number): Uint8Array {
  return edited(image(count), (edit) => {
    const { bytes } = edit;
    bytes.set([0xfc], 0);
    bytes.set(bytes.subarray(0, 32), 4096);
    bytes.set([1], 4096 + 4);
    edit.fixPageCrc(1);
  });
}

test('a full page with free entries is reclaimed', () => {
  expect(roomOf(markFull(0))).toEqual([[], 2 * 126 - 4]);
});

test('an empty page that is marked full is reclaimed', () => {
  expect(roomOf(allPagesFull(3))).toEqual([[], 2 * 126 - 4]);
});

test('only live entries on all pages but the free one', () => {
  expect(roomOf(image(2 * 126 - 1))).toEqual([['nvs.partition-full'], 0]);
  expect(roomOf(image(2 * 126 - 2))).toEqual([[], 1]);
});

test('erased and damaged entries are reclaimed', () => {
  const full = image(2 * 126 - 1);
  expect(roomOf(edited(full, ({ state }) => state(0, 5, 0b00)))).toEqual([[], 1]);
  expect(roomOf(edited(full, (edit) => edit.entry(0, 5).fill(0, 24)))).toEqual([['nvs.entry-crc'], 1]);
});

test('a corrupt page is free, as the device erases it', () => {
  const noBlank = edited(image(130, 0x3000), ({ bytes }) => bytes.set([0], 0x2fff));
  expect(roomOf(noBlank)).toEqual([['nvs.page-not-blank'], 2 * 126 - 131]);
});

test('no page is free', () => {
  const bytes = encodeNvs(values(300), { size: 0x3000, readOnly: true }).image;
  expect(roomOf(bytes)).toEqual([['nvs.no-blank-page'], 0]);
});

test('the room of an image that is made', () => {
  const text = { namespace: 'ns', key: 's', type: 'string', value: 'x'.repeat(3900) } as const;
  const second = { ...text, key: 't' };
  // Two strings of 123 entries: the ends of both pages are room.
  const { findings, layout } = encodeNvs([text, second], { size: 0x3000 });
  expect(findings).toEqual([]);
  expect(layout.freeEntries).toBe(2 * 126 - layout.usedEntries);
  expect(decodeNvs(encodeNvs([text, second], { size: 0x3000 }).image)).toMatchObject({
    findings: [],
    freeEntries: layout.freeEntries,
  });
});

describe('a page with a damaged state', () => {
  const damaged = (state: readonly number[]) =>
    decodeNvs(edited(image(200, 0x4000), ({ bytes }) => bytes.set(state, 0)));

  test('a bit error: what the page was, and what is lost', () => {
    const { pages, findings, kind, entries } = damaged([0xee]);
    expect(kind).toBe('plain');
    expect(findings[0]).toMatchObject({
      code: 'nvs.page-state',
      params: { state: 0xffffffee, nearest: { state: 'active', bits: 1 }, written: 126, sequence: 0 },
    });
    expect(findings[0]?.message).toBe(
      'page 0 has the unknown state 0xFFFFFFEE, one bit from active: the device erases it, with 126 entries (the rest of its header is intact, sequence number 0)',
    );
    expect(pages[0]).toMatchObject({
      state: 'corrupt',
      sequence: 0,
      version: 2,
      writtenEntries: 126,
      liveEntries: 0,
    });
    expect(pages[0]?.entries[1]).toMatchObject({ state: 'unreachable', head: { key: 'k0' } });
    expect(entries).toEqual([]);
  });

  test('a state that is like none', () => {
    expect(damaged([0, 0, 0, 0]).findings[0]?.params).toEqual({
      page: 0,
      state: 0,
      written: 126,
      sequence: 0,
    });
  });

  test('erased to blank', () => {
    const [finding] = damaged([0xff, 0xff, 0xff, 0xff]).findings;
    expect(finding).toMatchObject({ code: 'nvs.page-not-blank', params: { written: 126 } });
  });

  test('the only page of an image', () => {
    const { kind, pages, findings } = decodeNvs(edited(image(3), ({ bytes }) => bytes.set([0xde], 0)));
    expect(kind).toBe('plain');
    expect(pages[0]).toMatchObject({ state: 'corrupt', writtenEntries: 4 });
    expect(findings.map(({ code }) => code)).toEqual(['nvs.page-state']);
  });
});
