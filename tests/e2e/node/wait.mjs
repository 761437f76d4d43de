// Calls Wait and never ends: to be killed. Arguments: address, text, and for TLS who vouches.

import { readFileSync } from 'node:fs';

import grpc from '@grpc/grpc-js';

import { echo } from './echo_proto.mjs';

const [address, text, authority] = process.argv.slice(2);
const credentials = authority
  ? grpc.credentials.createSsl(readFileSync(authority))
  : grpc.credentials.createInsecure();
new echo.Echo(address, credentials).Wait({ text }, () => process.exit(1));
