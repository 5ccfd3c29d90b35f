/** The category of a value: its colour in the map and its name in the legend. */
import { FACTORY_NAMESPACE } from 'nvs-core';
import type { EntryView, ImageView, SlotView } from '../view';

export interface Category {
  /** Class of the style sheet. */
  readonly id: string;
  readonly name: string;
}

const GROUPS: Readonly<Record<string, Category>> = {
  deviceInstanceInfo: { id: 'product', name: 'Product' },
  commissioning: { id: 'commissioning', name: 'Commissioning' },
  attestation: { id: 'attestation', name: 'Attestation' },
  deviceInfo: { id: 'info', name: 'Device information' },
};
const OTHER: Category = { id: 'other', name: `Other keys of ${FACTORY_NAMESPACE}` };

/** The number of colours for the namespaces of an app. */
const APP_COLOURS = 4;

const ROLES: Readonly<Partial<Record<SlotView['role'], Category>>> = {
  namespace: { id: 'namespace', name: 'Name of a namespace' },
  erased: { id: 'erased', name: 'Erased' },
  damaged: { id: 'damaged', name: 'Damaged' },
  unreachable: { id: 'damaged', name: 'Damaged' },
  locked: { id: 'locked', name: 'Encrypted' },
};
export const FREE: Category = { id: 'free', name: 'Free' };
const STRAY: Category = { id: 'stray', name: 'Belongs to no readable value' };

/** Functions for the category of each value and slot of an image. */
export function categories(view: ImageView) {
  const apps = (view.nvs?.namespaces ?? [])
    .map(({ name }) => name)
    .filter((name) => name !== FACTORY_NAMESPACE);
  const ofApp = new Map(
    apps.map((name, index) => [name, { id: `app${index % APP_COLOURS}`, name: `Namespace ${name}` }]),
  );
  const ofEntry = ({ namespace, group }: EntryView): Category =>
    GROUPS[group ?? ''] ?? ofApp.get(namespace) ?? OTHER;
  const ofSlot = ({ role, value }: SlotView): Category => {
    const byRole = ROLES[role];
    if (byRole !== undefined) return byRole;
    const entry = value === undefined ? undefined : view.nvs?.entries[value];
    return entry === undefined ? STRAY : ofEntry(entry);
  };
  return { ofEntry, ofSlot };
}
