/** The pages of a partition together: nvs_pagemanager.cpp, PageManager::load. */
import type { FindingLog } from './finding-log';
import { ENTRIES_PER_PAGE, type NvsVersion, PAGE_LENGTH } from './layout';
import { entryHash } from './page';
import type { NvsPage } from './page-reader';

type UsedPage = NvsPage & { readonly sequence: number; readonly version: NvsVersion };

/** The pages whose entries the device uses, oldest first. */
export function pagesInOrder(pages: readonly NvsPage[]): UsedPage[] {
  const used = usedPages(pages);
  // While a page is being freed, the newest page has copies of its entries: the device drops those and starts over.
  const dropsLast = used.some(({ state }) => state === 'freeing') && used.at(-1)?.state === 'active';
  return dropsLast ? used.slice(0, -1) : used;
}

/** Reports inconsistencies between pages. */
export function checkPages(pages: readonly NvsPage[], readOnly: boolean, log: FindingLog): void {
  const used = usedPages(pages);
  const first = used.at(0);
  used.forEach((page, order) => {
    const where = { offset: page.offset };
    const next = used[order + 1];
    if (next !== undefined && next.sequence === page.sequence) {
      const params = { page: next.index, other: page.index, sequence: page.sequence };
      log.add('nvs.page-sequence', params, { offset: next.offset });
    }
    if (page.state === 'active' && next !== undefined) {
      log.add('nvs.page-active', { page: page.index, last: used.at(-1)?.index ?? 0 }, where);
    }
    if (page.state === 'freeing') log.add('nvs.page-freeing', { page: page.index }, where, 'warning');
    if (first !== undefined && page.version !== first.version) {
      const params = {
        page: page.index,
        version: page.version,
        first: first.index,
        firstVersion: first.version,
      };
      log.add('nvs.version-mixed', params, where, 'warning');
    }
    checkEntries(page, log);
  });
  if (!readOnly) checkRoom(pages, log);
}

/**
 * A writable partition needs a free page to move entries to, blank or corrupt, and room in addition: the device makes
 * room by moving the entries of the page with the fewest live ones, and erasing it (PageManager::requestNewPage).
 */
function checkRoom(pages: readonly NvsPage[], log: FindingLog): void {
  const size = pages.length * PAGE_LENGTH;
  const used = pagesInOrder(pages);
  const free = pages.length - used.length;
  const isFull = used.every(({ liveEntries }) => liveEntries === ENTRIES_PER_PAGE);
  if (free === 0) log.add('nvs.no-blank-page', { size }, {}, 'warning');
  else if (free === 1 && isFull) log.add('nvs.partition-full', { size }, {}, 'warning');
}

/** Entries without a live value, but for the page that must stay free in a writable partition. */
export function freeEntries(pages: readonly NvsPage[], readOnly: boolean): number {
  const live = pagesInOrder(pages).reduce((sum, page) => sum + page.liveEntries, 0);
  return Math.max(0, (pages.length - (readOnly ? 0 : 1)) * ENTRIES_PER_PAGE - live);
}

/** Reports entries that the device would confuse, and types that the page's version does not have. */
function checkEntries(page: UsedPage, log: FindingLog): void {
  const byHash = new Map<number, string>();
  for (const { index: entry, offset, state, head } of page.entries) {
    if (state !== 'written' || head === undefined) continue;
    const { key, type, namespaceIndex, chunk } = head;
    const position = { page: page.index, entry, key };
    if (page.version === 1 && (type === 'blob-data' || type === 'blob-index')) {
      log.add('nvs.type-version', { ...position, type }, { offset }, 'warning');
    }
    const hash = entryHash(namespaceIndex, key, chunk);
    const other = byHash.get(hash);
    if (other !== undefined && other !== key)
      log.add('nvs.entry-collision', { ...position, other }, { offset });
    byHash.set(hash, key);
  }
}

function usedPages(pages: readonly NvsPage[]): UsedPage[] {
  return pages.filter(isUsed).sort((a, b) => a.sequence - b.sequence || a.index - b.index);
}

function isUsed(page: NvsPage): page is UsedPage {
  return page.state !== 'corrupt' && page.sequence !== undefined && page.version !== undefined;
}
