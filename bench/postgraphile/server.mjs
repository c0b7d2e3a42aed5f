// PostGraphile as its users put it into production: two workers that share a
// port, a pool of connections each. DATABASE and PORT come by the environment.
import cluster from "node:cluster";
import { createServer } from "node:http";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const workers = 2;

if (cluster.isPrimary) {
  let ready = 0;
  for (let i = 0; i < workers; i++) {
    cluster.fork().on("message", () => {
      if (++ready === workers) console.log("ready");
    });
  }
  cluster.on("exit", () => process.exit(1));
  process.on("SIGTERM", () => process.exit(0));
} else {
  const service = postgraphile({
    extends: [PostGraphileAmberPreset],
    pgServices: [
      makePgService({
        connectionString: process.env.DATABASE,
        schemas: ["public"],
        poolConfig: { max: 10 },
      }),
    ],
    grafserv: { graphiql: false, watch: false, dangerouslyAllowAllCORSRequests: false },
    grafast: { explain: false },
  });
  const server = createServer({ keepAliveTimeout: 120_000 });
  await service.createServ(grafserv).addTo(server);
  server.listen(Number(process.env.PORT), "127.0.0.1", () => process.send("ready"));
}
