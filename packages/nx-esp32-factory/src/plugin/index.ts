export { createNodes, createNodesV2, type FactoryPluginOptions } from './create-nodes';
export const name = 'nx-esp32-factory';
