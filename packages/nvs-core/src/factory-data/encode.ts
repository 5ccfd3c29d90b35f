import { FactoryError } from '../errors';
import type { NvsItem } from '../nvs';
import { checkFactoryData } from './check';
import type { FactoryData } from './data';
import { type FactoryKeyOrder, factoryItems } from './items';
import { FACTORY_NAMESPACE } from './keys';

/**
 * The chip-factory namespace of `data`: the row that opens it, then its keys in the order of the Matter SDK's
 * script (or of esp-matter-mfg-tool); `where.field` of each is the path in FactoryData.
 * Errors: the error findings of checkFactoryData, all at once; its warnings are left to the caller.
 */
export function encodeFactoryData(
  data: FactoryData,
  options: { readonly order?: FactoryKeyOrder | undefined } = {},
): NvsItem[] {
  const wrong = checkFactoryData(data).filter(({ severity }) => severity === 'error');
  if (wrong.length > 0) throw new FactoryError(wrong);
  return [
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
}
