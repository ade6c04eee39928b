/** Servers of our own, on the binaries that npm installed. The parts are in `cluster/`. */
export {
  type Content,
  type ScratchCluster,
  type ScratchOptions,
  startScratchCluster,
  withScratchCluster,
} from './cluster/scratch.ts';
export {
  type Cluster,
  clusterStatus,
  eraseCluster,
  startCluster,
  stopCluster,
} from './cluster/server.ts';
