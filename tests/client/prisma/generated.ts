// @ts-nocheck: Prisma generates it without a type for its WebAssembly
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// What `prisma generate` 7.10.0 writes for schema.prisma beside it (generated/internal/class.ts), without the types: the real
// client, whose query compiler is WebAssembly in @prisma/client. To write it again, without a download of Prisma's engines:
//   PRISMA_SCHEMA_ENGINE_BINARY=/bin/true npx prisma@7.10.0 generate --schema tests/client/prisma/schema.prisma
import * as runtime from '@prisma/client/runtime/client';

const config: runtime.GetPrismaClientConfig = {
  "previewFeatures": [],
  "clientVersion": "7.10.0",
  "engineVersion": "0edf323efd1d98336f3f0a68684b56f689b900d3",
  "activeProvider": "postgresql",
  "inlineSchema": "// What tests/client/prisma/client.ts was generated from. Prisma reads these tables, and owns none of them.\ndatasource db {\n  provider = \"postgresql\"\n}\n\ngenerator client {\n  provider = \"prisma-client\"\n  output   = \"./generated\"\n}\n\nmodel patients {\n  organisation_id String     @db.Uuid\n  id              String     @default(dbgenerated(\"authz.uuid_v7()\")) @db.Uuid\n  mrn             String\n  full_name       String\n  language        String?\n  consents        consents[]\n\n  @@id([organisation_id, id])\n}\n\nmodel consents {\n  organisation_id String   @db.Uuid\n  id              String   @default(dbgenerated(\"authz.uuid_v7()\")) @db.Uuid\n  patient_id      String   @db.Uuid\n  purpose         String\n  patient         patients @relation(fields: [organisation_id, patient_id], references: [organisation_id, id])\n\n  @@id([organisation_id, id])\n}\n",
  "runtimeDataModel": {
    "models": {},
    "enums": {},
    "types": {}
  },
  "parameterizationSchema": {
    "strings": [],
    "graph": ""
  }
}

config.runtimeDataModel = JSON.parse("{\"models\":{\"patients\":{\"fields\":[{\"name\":\"organisation_id\",\"kind\":\"scalar\",\"type\":\"String\"},{\"name\":\"id\",\"kind\":\"scalar\",\"type\":\"String\"},{\"name\":\"mrn\",\"kind\":\"scalar\",\"type\":\"String\"},{\"name\":\"full_name\",\"kind\":\"scalar\",\"type\":\"String\"},{\"name\":\"language\",\"kind\":\"scalar\",\"type\":\"String\"},{\"name\":\"consents\",\"kind\":\"object\",\"type\":\"consents\",\"relationName\":\"consentsTopatients\"}],\"dbName\":null,\"schema\":null},\"consents\":{\"fields\":[{\"name\":\"organisation_id\",\"kind\":\"scalar\",\"type\":\"String\"},{\"name\":\"id\",\"kind\":\"scalar\",\"type\":\"String\"},{\"name\":\"patient_id\",\"kind\":\"scalar\",\"type\":\"String\"},{\"name\":\"purpose\",\"kind\":\"scalar\",\"type\":\"String\"},{\"name\":\"patient\",\"kind\":\"object\",\"type\":\"patients\",\"relationName\":\"consentsTopatients\"}],\"dbName\":null,\"schema\":null}},\"enums\":{},\"types\":{}}")
config.parameterizationSchema = {
  strings: JSON.parse("[\"where\",\"orderBy\",\"cursor\",\"patient\",\"consents\",\"_count\",\"patients.findUnique\",\"patients.findUniqueOrThrow\",\"patients.findFirst\",\"patients.findFirstOrThrow\",\"patients.findMany\",\"data\",\"patients.createOne\",\"patients.createMany\",\"patients.createManyAndReturn\",\"patients.updateOne\",\"patients.updateMany\",\"patients.updateManyAndReturn\",\"create\",\"update\",\"patients.upsertOne\",\"patients.deleteOne\",\"patients.deleteMany\",\"having\",\"_min\",\"_max\",\"patients.groupBy\",\"patients.aggregate\",\"consents.findUnique\",\"consents.findUniqueOrThrow\",\"consents.findFirst\",\"consents.findFirstOrThrow\",\"consents.findMany\",\"consents.createOne\",\"consents.createMany\",\"consents.createManyAndReturn\",\"consents.updateOne\",\"consents.updateMany\",\"consents.updateManyAndReturn\",\"consents.upsertOne\",\"consents.deleteOne\",\"consents.deleteMany\",\"consents.groupBy\",\"consents.aggregate\",\"AND\",\"OR\",\"NOT\",\"organisation_id\",\"id\",\"patient_id\",\"purpose\",\"equals\",\"in\",\"notIn\",\"lt\",\"lte\",\"gt\",\"gte\",\"contains\",\"startsWith\",\"endsWith\",\"not\",\"mrn\",\"full_name\",\"language\",\"every\",\"some\",\"none\",\"organisation_id_id\",\"is\",\"isNot\",\"connectOrCreate\",\"upsert\",\"createMany\",\"set\",\"disconnect\",\"delete\",\"connect\",\"updateMany\",\"deleteMany\"]"),
  graph: "axIgCgQAAEUAICwAAEEAMC0AAAkAEC4AAEEAMC8BAEIAITABAEIAIT4BAEMAIT8BAEMAIUABAEQAIUQAAEoAIAEAAAABACAIAwAASQAgLAAASAAwLQAAAwAQLgAASAAwLwEAQgAhMAEAQgAhMQEAQgAhMgEAQwAhAQMAAGUAIAkDAABJACAsAABIADAtAAADABAuAABIADAvAQBCACEwAQBCACExAQBCACEyAQBDACFEAABHACADAAAAAwAgAQAABAAwAgAABQAgAQAAAAMAIAEAAAABACAJBAAARQAgLAAAQQAwLQAACQAQLgAAQQAwLwEAQgAhMAEAQgAhPgEAQwAhPwEAQwAhQAEARAAhAgQAAGQAIEAAAFEAIAMAAAAJACABAAAKADACAAABACADAAAACQAgAQAACgAwAgAAAQAgAwAAAAkAIAEAAAoAMAIAAAEAIAYEAABjACAvAQAAAAEwAQAAAAE-AQAAAAE_AQAAAAFAAQAAAAEBCwAADgAgBS8BAAAAATABAAAAAT4BAAAAAT8BAAAAAUABAAAAAQELAAAQADABCwAAEAAwBgQAAFYAIC8BAE4AITABAE4AIT4BAE4AIT8BAE4AIUABAFUAIQIAAAABACALAAATACAFLwEATgAhMAEATgAhPgEATgAhPwEATgAhQAEAVQAhAgAAAAkAIAsAABUAIAIAAAAJACALAAAVACADAAAAAQAgEgAADgAgEwAAEwAgAQAAAAEAIAEAAAAJACAEBQAAUgAgGAAAVAAgGQAAUwAgQAAAUQAgCCwAADwAMC0AABwAEC4AADwAMC8BADYAITABADYAIT4BADcAIT8BADcAIUABAD0AIQMAAAAJACABAAAbADAXAAAcACADAAAACQAgAQAACgAwAgAAAQAgAQAAAAUAIAEAAAAFACADAAAAAwAgAQAABAAwAgAABQAgAwAAAAMAIAEAAAQAMAIAAAUAIAMAAAADACABAAAEADACAAAFACAFAwAAUAAgLwEAAAABMAEAAAABMQEAAAABMgEAAAABAQsAACQAIAQvAQAAAAEwAQAAAAExAQAAAAEyAQAAAAEBCwAAJgAwAQsAACYAMAUDAABPACAvAQBOACEwAQBOACExAQBOACEyAQBOACECAAAABQAgCwAAKQAgBC8BAE4AITABAE4AITEBAE4AITIBAE4AIQIAAAADACALAAArACACAAAAAwAgCwAAKwAgAwAAAAUAIBIAACQAIBMAACkAIAEAAAAFACABAAAAAwAgAwUAAEsAIBgAAE0AIBkAAEwAIAcsAAA1ADAtAAAyABAuAAA1ADAvAQA2ACEwAQA2ACExAQA2ACEyAQA3ACEDAAAAAwAgAQAAMQAwFwAAMgAgAwAAAAMAIAEAAAQAMAIAAAUAIAcsAAA1ADAtAAAyABAuAAA1ADAvAQA2ACEwAQA2ACExAQA2ACEyAQA3ACELBQAAOQAgGAAAOgAgGQAAOgAgMwEAAAABNAEAAAAENQEAAAAENgEAAAABNwEAAAABOAEAAAABOQEAAAABPQEAOwAhDgUAADkAIBgAADoAIBkAADoAIDMBAAAAATQBAAAABDUBAAAABDYBAAAAATcBAAAAATgBAAAAATkBAAAAAToBAAAAATsBAAAAATwBAAAAAT0BADgAIQ4FAAA5ACAYAAA6ACAZAAA6ACAzAQAAAAE0AQAAAAQ1AQAAAAQ2AQAAAAE3AQAAAAE4AQAAAAE5AQAAAAE6AQAAAAE7AQAAAAE8AQAAAAE9AQA4ACEIMwIAAAABNAIAAAAENQIAAAAENgIAAAABNwIAAAABOAIAAAABOQIAAAABPQIAOQAhCzMBAAAAATQBAAAABDUBAAAABDYBAAAAATcBAAAAATgBAAAAATkBAAAAAToBAAAAATsBAAAAATwBAAAAAT0BADoAIQsFAAA5ACAYAAA6ACAZAAA6ACAzAQAAAAE0AQAAAAQ1AQAAAAQ2AQAAAAE3AQAAAAE4AQAAAAE5AQAAAAE9AQA7ACEILAAAPAAwLQAAHAAQLgAAPAAwLwEANgAhMAEANgAhPgEANwAhPwEANwAhQAEAPQAhDgUAAD8AIBgAAEAAIBkAAEAAIDMBAAAAATQBAAAABTUBAAAABTYBAAAAATcBAAAAATgBAAAAATkBAAAAAToBAAAAATsBAAAAATwBAAAAAT0BAD4AIQ4FAAA_ACAYAABAACAZAABAACAzAQAAAAE0AQAAAAU1AQAAAAU2AQAAAAE3AQAAAAE4AQAAAAE5AQAAAAE6AQAAAAE7AQAAAAE8AQAAAAE9AQA-ACEIMwIAAAABNAIAAAAFNQIAAAAFNgIAAAABNwIAAAABOAIAAAABOQIAAAABPQIAPwAhCzMBAAAAATQBAAAABTUBAAAABTYBAAAAATcBAAAAATgBAAAAATkBAAAAAToBAAAAATsBAAAAATwBAAAAAT0BAEAAIQkEAABFACAsAABBADAtAAAJABAuAABBADAvAQBCACEwAQBCACE-AQBDACE_AQBDACFAAQBEACEIMwEAAAABNAEAAAAENQEAAAAENgEAAAABNwEAAAABOAEAAAABOQEAAAABPQEARgAhCzMBAAAAATQBAAAABDUBAAAABDYBAAAAATcBAAAAATgBAAAAATkBAAAAAToBAAAAATsBAAAAATwBAAAAAT0BADoAIQszAQAAAAE0AQAAAAU1AQAAAAU2AQAAAAE3AQAAAAE4AQAAAAE5AQAAAAE6AQAAAAE7AQAAAAE8AQAAAAE9AQBAACEDQQAAAwAgQgAAAwAgQwAAAwAgCDMBAAAAATQBAAAABDUBAAAABDYBAAAAATcBAAAAATgBAAAAATkBAAAAAT0BAEYAIQIvAQAAAAEwAQAAAAEIAwAASQAgLAAASAAwLQAAAwAQLgAASAAwLwEAQgAhMAEAQgAhMQEAQgAhMgEAQwAhCwQAAEUAICwAAEEAMC0AAAkAEC4AAEEAMC8BAEIAITABAEIAIT4BAEMAIT8BAEMAIUABAEQAIUUAAAkAIEYAAAkAIAIvAQAAAAEwAQAAAAEAAAABSgEAAAABBRIAAGcAIBMAAGoAIEcAAGgAIEgAAGkAIE0AAAEAIAMSAABnACBHAABoACBNAAABACAAAAAAAUoBAAAAAQsSAABXADATAABcADBHAABYADBIAABZADBJAABaACBKAABbADBLAABbADBMAABbADBNAABbADBOAABdADBPAABeADACMAEAAAABMgEAAAABAgAAAAUAIBIAAGIAIAMAAAAFACASAABiACATAABhACABCwAAZgAwCQMAAEkAICwAAEgAMC0AAAMAEC4AAEgAMC8BAEIAITABAEIAITEBAEIAITIBAEMAIUQAAEcAIAIAAAAFACALAABhACACAAAAXwAgCwAAYAAgBywAAF4AMC0AAF8AEC4AAF4AMC8BAEIAITABAEIAITEBAEIAITIBAEMAIQcsAABeADAtAABfABAuAABeADAvAQBCACEwAQBCACExAQBCACEyAQBDACECMAEATgAhMgEATgAhAjABAE4AITIBAE4AIQIwAQAAAAEyAQAAAAEEEgAAVwAwRwAAWAAwSQAAWgAgTQAAWwAwAAIEAABkACBAAABRACACMAEAAAABMgEAAAABBS8BAAAAATABAAAAAT4BAAAAAT8BAAAAAUABAAAAAQIAAAABACASAABnACADAAAACQAgEgAAZwAgEwAAawAgBwAAAAkAIAsAAGsAIC8BAE4AITABAE4AIT4BAE4AIT8BAE4AIUABAFUAIQUvAQBOACEwAQBOACE-AQBOACE_AQBOACFAAQBVACECBAYCBQADAQMAAQEEBwAAAAADBQAIGAAJGQAKAAAAAwUACBgACRkACgEDAAEBAwABAwUADxgAEBkAEQAAAAMFAA8YABAZABEGAgEHCAEICwEJDAEKDQEMDwENEQQOEgUPFAEQFgQRFwYUGAEVGQEWGgQaHQcbHgscHwIdIAIeIQIfIgIgIwIhJQIiJwQjKAwkKgIlLAQmLQ0nLgIoLwIpMAQqMw4rNBI"
}

async function decodeBase64AsWasm(wasmBase64: string): Promise<WebAssembly.Module> {
  const { Buffer } = await import('node:buffer')
  const wasmArray = Buffer.from(wasmBase64, 'base64')
  return new WebAssembly.Module(wasmArray)
}

config.compilerWasm = {
  getRuntime: async () => await import("@prisma/client/runtime/query_compiler_fast_bg.postgresql.mjs"),

  getQueryCompilerWasmModule: async () => {
    const { wasm } = await import("@prisma/client/runtime/query_compiler_fast_bg.postgresql.wasm-base64.mjs")
    return await decodeBase64AsWasm(wasm)
  },

  importName: "./query_compiler_fast_bg.js"
}

interface Model {
  findMany(query?: object): Promise<Record<string, unknown>[]>;
  findUnique(query: object): Promise<Record<string, unknown> | null>;
  create(query: object): Promise<Record<string, unknown>>;
  updateMany(query: object): Promise<{ count: number }>;
}

export interface Client {
  readonly patients: Model;
  readonly consents: Model;
  $queryRawUnsafe<T = unknown>(query: string, ...values: unknown[]): Promise<T>;
  $transaction(...args: unknown[]): Promise<unknown>;
  $disconnect(): Promise<void>;
  $extends<E extends { client: object }>(extension: E): Client & E['client'];
}

export const PrismaClient = runtime.getPrismaClient(config) as unknown as new (options: object) => Client;
