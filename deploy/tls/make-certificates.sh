#!/bin/sh
# Makes an authority and a certificate for each server of the herd, to try links over TLS with:
#   deploy/tls/make-certificates.sh [FOLDER [NAME …]]
# FOLDER is "certificates" where it is called, and the NAMEs are the five servers that ship. An authority that is in the
# folder already goes on being used, so that a sixth server's certificate can be made later; so can new ones for all.
# Whoever holds ca.key can make certificates for any server: keep it away from the servers themselves.
set -eu
umask 077

folder=${1:-certificates}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- Alford Bolden Hamilton Parker Powell

mkdir -p "$folder"
cd "$folder"

if [ ! -f ca.key ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -sha256 -days 3650 \
    -subj "/O=ProxyHerd/CN=Herd authority" \
    -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" \
    -keyout ca.key -out ca.pem 2>/dev/null
  echo "$folder/ca.pem: the authority, for Herd:Tls:Ca of every server"
fi

for name; do
  # A server shows the same certificate when it dials and when it is dialled. Its DNS name is the server's name, with the
  # same capitals. Key and certificate take the old ones' places only once both are there.
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj "/O=ProxyHerd/CN=$name" -keyout "$name.key.new" 2>/dev/null |
    openssl x509 -req -CA ca.pem -CAkey ca.key -sha256 -days 365 -out "$name.pem.new" -extfile /dev/fd/3 3<<END 2>/dev/null
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = DNS:$name
END
  mv "$name.key.new" "$name.key"
  mv "$name.pem.new" "$name.pem"
  echo "$folder/$name.pem, $name.key: for Herd:Tls:Certificate and Key of $name"
done
