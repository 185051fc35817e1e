# One image, any server of the herd:
#   docker build -t proxyherd .
#   docker run --rm -p 127.0.0.1:13000-13004:13000-13004 proxyherd         all five in one container
# A container each: deploy/compose.yaml.

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# What decides the packages comes first: a change of the sources alone does not restore again.
COPY Directory.Build.props Directory.Packages.props global.json ./
COPY src/ProxyHerd.Protocol/*.csproj src/ProxyHerd.Protocol/packages.lock.json src/ProxyHerd.Protocol/
COPY src/ProxyHerd.Herd/*.csproj src/ProxyHerd.Herd/packages.lock.json src/ProxyHerd.Herd/
COPY src/ProxyHerd.Server/*.csproj src/ProxyHerd.Server/packages.lock.json src/ProxyHerd.Server/
RUN dotnet restore src/ProxyHerd.Server --locked-mode -p:ForImage=true

COPY .editorconfig appsettings.json ./
COPY src/ src/

# RocksDB's native library comes three times, 16 MB each; the one without a suffix is loaded.
RUN dotnet publish src/ProxyHerd.Server --no-restore -c Release -o /app -p:ForImage=true \
    && rm /app/librocksdb-*.so && mkdir /data


# No shell, no package manager, and the user 1654.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
WORKDIR /app
COPY --from=build /app ./

# A named volume begins as a copy of this folder, its owner included.
COPY --from=build --chown=1654:1654 /data /data
VOLUME /data

# A container has a network of its own, so it listens to all of that; docker -p says who else may come in. The console has all
# that is logged, and the engine keeps it. The runtime's pipe for debuggers would need a /tmp that can be written to; who wants it
# gives DOTNET_EnableDiagnostics=1 and a tmpfs.
ENV Herd__Listen=0.0.0.0 \
    Journal__Path=/data/journal \
    Logs__Path= \
    DOTNET_EnableDiagnostics=0

# By number, so that whoever forbids root can tell that this is not root.
USER 1654
EXPOSE 13000-13004 14000-14004

# A stop takes 10 s at the most: clients' lines in hand are answered, links say BYE, the journal is synced. Give it 15
# (docker stop -t 15), since the engine's own limit is the same 10.
STOPSIGNAL SIGTERM

# Asks the server that Herd__Name names, or all of the file. A container that is given its server by an argument, or another
# file by --config, needs a health check that says the same, and as a list, since there is no shell: see deploy/compose.yaml.
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
    CMD ["/app/ProxyHerd.Server", "health"]
ENTRYPOINT ["/app/ProxyHerd.Server"]
