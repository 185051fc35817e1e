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
RUN dotnet restore src/ProxyHerd.Server --locked-mode

COPY .editorconfig appsettings.json ./
COPY src/ src/
RUN dotnet publish src/ProxyHerd.Server --no-restore -c Release -o /app -p:UseAppHost=false && mkdir /data

# RocksDB's native library comes for five systems, 110 MB in all; one of them is this.
RUN find /app/runtimes -mindepth 1 -maxdepth 1 ! -name "linux-$(dpkg --print-architecture | sed s/amd64/x64/)" -exec rm -r {} +


FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app ./

# A named volume begins as a copy of this folder, its owner included.
COPY --from=build --chown=1654:1654 /data /data
VOLUME /data

# A container has a network of its own, so it listens to all of that; docker -p says who else may come in.
ENV Herd__Listen=0.0.0.0 \
    Journal__Path=/data/journal \
    Logs__Path=/data/logs

# The app user of the .NET images, 1654.
USER $APP_UID
EXPOSE 13000-13004 14000-14004

# Asks the server that Herd__Name names, or all of the file. A container that is given its server by an argument, or another
# file by --config, says the same here: --health-cmd "dotnet ProxyHerd.Server.dll health Alford".
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 \
    CMD ["dotnet", "ProxyHerd.Server.dll", "health"]
ENTRYPOINT ["dotnet", "ProxyHerd.Server.dll"]
