// echo.proto and the protocols of gRPC itself, as the tests here use them.

import { fileURLToPath } from 'node:url';

import grpc from '@grpc/grpc-js';
import loader from '@grpc/proto-loader';

export const echoProto = fileURLToPath(new URL('../echo/echo.proto', import.meta.url));

const options = {
  keepCase: true, longs: Number, defaults: true,
  // Where google/api/annotations.proto lies, and where our own options do.
  includeDirs: ['node_modules/protobufjs', '../../../proto']
    .map((path) => fileURLToPath(new URL(path, import.meta.url))),
};

export const echo = grpc.loadPackageDefinition(loader.loadSync(echoProto, options)).echo.v1;

const named = (path) => fileURLToPath(new URL(path, import.meta.url));
export const health = grpc.loadPackageDefinition(loader.loadSync(named('health.proto'), options))
  .grpc.health.v1;
export const reflection = grpc.loadPackageDefinition(
  loader.loadSync(named('reflection.proto'), options)).grpc.reflection.v1alpha;
