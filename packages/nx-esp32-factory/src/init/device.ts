import { type Certificate, factoryField, isTestVendorId } from 'nvs-core';
import { configFromObject } from '../config';
import type { Firmware } from '../firmware';
import type { InitOptions } from './options';
import { ask, type PromptTerminal, type Question } from './questions';

/** The device for the config, from options and answers, not yet validated. */
export interface DeviceAnswers {
  readonly vendorId: string | number;
  readonly vendorName: string | undefined;
  readonly productId: string | number;
  readonly productName: string;
  /** The symbol of the firmware that suggested the vendor id. */
  readonly vendorSymbol: string | undefined;
}

const NAME_LENGTH = factoryField('productName').kind.max;
const QUESTIONS = {
  vendorId: 'Vendor id (0xFFF1 to 0xFFF4 for development)',
  vendorName: 'Vendor name',
  productId: 'Product id',
  productName: 'Product name',
} as const;
type Field = keyof typeof QUESTIONS;

/** Formats an id, such as "0xFFF1". */
export function formatId(id: number): string {
  return `0x${id.toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * The device from options, or else from answers of the user, or else as the DAC or the firmware suggests.
 * Errors: init.prompt-closed.
 */
export async function describeDevice(
  options: InitOptions,
  known: { readonly name: string; readonly firmware: Firmware; readonly dac: Certificate | undefined },
  terminal: PromptTerminal | undefined,
): Promise<DeviceAnswers> {
  const { firmware, dac, name } = known;
  const ids = dac?.ids ?? {};
  const configured = ({ value, origin }: Firmware['vendorId']) => (origin === 'default' ? undefined : value);
  const fromFirmware = ids.vendorId === undefined ? configured(firmware.vendorId) : undefined;
  const vendorId = ids.vendorId ?? fromFirmware ?? 0xfff1;
  const suggestions: Readonly<Record<Field, string>> = {
    vendorId: formatId(vendorId),
    vendorName: 'Test Vendor',
    productId: formatId(ids.productId ?? configured(firmware.productId) ?? 0x8000),
    productName: cut(name),
  };
  const answers = await answersOf(options, suggestions, terminal);
  const suggested = options.vendorId === undefined && Number(answers.vendorId ?? vendorId) === fromFirmware;
  const id = options.vendorId ?? answers.vendorId ?? suggestions.vendorId;
  return {
    vendorId: id,
    // No name is suggested for a real vendor.
    vendorName:
      options.vendorName ??
      answers.vendorName ??
      (isTestVendorId(Number(id)) ? suggestions.vendorName : undefined),
    productId: options.productId ?? answers.productId ?? suggestions.productId,
    productName: options.productName ?? answers.productName ?? suggestions.productName,
    vendorSymbol: suggested ? firmware.vendorId.symbol : undefined,
  };
}

async function answersOf(
  options: InitOptions,
  suggestions: Readonly<Record<Field, string>>,
  terminal: PromptTerminal | undefined,
): Promise<Partial<Record<Field, string>>> {
  if (terminal === undefined) return {};
  const fields = (Object.keys(QUESTIONS) as Field[]).filter((field) => options[field] === undefined);
  const questions = fields.map((field): Question => {
    const info = { vendorId: 0xfff1, productId: 0x8000 };
    const check = (answer: string) => {
      const value = { deviceInstanceInfo: { ...info, [field]: answer } };
      const labels = new Map([[`deviceInstanceInfo.${field}`, QUESTIONS[field]]]);
      configFromObject(value, { folder: '.', label: 'answer', labels });
    };
    return { text: QUESTIONS[field], suggestion: suggestions[field], check };
  });
  const answers = await ask(questions, terminal);
  return Object.fromEntries(fields.map((field, index) => [field, answers[index]]));
}

/** A name truncated to the length that the device can store, in whole characters. */
function cut(name: string): string {
  let text = '';
  for (const character of name) {
    if (Buffer.byteLength(text + character) > NAME_LENGTH) break;
    text += character;
  }
  return text;
}
