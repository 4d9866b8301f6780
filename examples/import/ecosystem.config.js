// A PM2 file as it is: `runner start ecosystem.config.js --env production` runs it.
module.exports = {
  apps: [
    {
      name: "shop",
      script: "worker.sh",
      args: "shop",
      instances: 2,
      increment_var: "PORT",
      env: { PORT: 7000, LEVEL: "debug" },
      env_production: { LEVEL: "warn" },
      max_memory_restart: "200M",
      exp_backoff_restart_delay: 100,
    },
  ],
};
