import { FactoryError, type Finding } from '../errors/factory-error';
import type { NvsItem } from '../nvs/values';
import { checkFactoryData } from './check';
import type { FactoryData } from './data';
import { type FactoryKeyOrder, factoryItems } from './items';
import { FACTORY_NAMESPACE } from './keys';

export interface EncodedFactoryData {
  readonly items: readonly NvsItem[];
  /** Doubts about the data; `where.field` is the path in FactoryData. */
  readonly warnings: readonly Finding[];
}

/**
 * The chip-factory namespace of `data`: the row that opens it, then its keys in the order of the Matter SDK's
 * script (or of esp-matter-mfg-tool); `where.field` of each is the path in FactoryData.
 * Errors: the error findings of checkFactoryData, all at once.
 */
export function encodeFactoryData(
  data: FactoryData,
  options: { readonly order?: FactoryKeyOrder | undefined } = {},
): EncodedFactoryData {
  const findings = checkFactoryData(data);
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new FactoryError(errors);
  const items: NvsItem[] = [
    { type: 'namespace', namespace: FACTORY_NAMESPACE },
    ...factoryItems(data, options.order).map(
      ({ key, path, kind, value }): NvsItem => ({
        namespace: FACTORY_NAMESPACE,
        key,
        ...kind.encode(value),
        where: { field: path },
      }),
    ),
  ];
  return { items, warnings: findings };
}
