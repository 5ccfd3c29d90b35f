export { chooseEnvironment, type PlatformioEnvironment, readPlatformio } from './environments';
