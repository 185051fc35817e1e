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

# In openssl's files and options other letters mean something: "A,DNS:B" would be a certificate for B too. And what the authority
# and this script call their own files would be lost to a server of that name.
for name; do
  case $name in
    "" | [!0-9A-Za-z]* | *[!0-9A-Za-z._-]*) echo "'$name': give a name of letters, digits, dots, hyphens and underscores, a letter or digit first" >&2; exit 2 ;;
    ca | new) echo "'$name': that is what $folder/$name.key is called already; give the server another name" >&2; exit 2 ;;
  esac
done

mkdir -p "$folder"
cd "$folder"

# openssl says a lot while all goes well.
quietly() {
  said=$("$@" 2>&1) || { echo "$said" >&2; exit 1; }
}

if [ ! -f ca.key ]; then
  quietly openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -sha256 -days 3650 \
    -subj "/O=ProxyHerd/CN=Herd authority" \
    -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign" \
    -keyout ca.key -out ca.pem
  echo "$folder/ca.pem: the authority, for Herd:Tls:Ca of every server"
fi

for name; do
  # A server shows the same certificate when it dials and when it is dialled. Its DNS name is the server's name, with the
  # same capitals. Key and certificate take the old ones' places only once both are there.
  cat > new.extensions <<END
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = DNS:$name
END
  quietly openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj "/O=ProxyHerd/CN=$name" -keyout new.key -out new.request
  quietly openssl x509 -req -in new.request -CA ca.pem -CAkey ca.key -sha256 -days 365 -extfile new.extensions -out new.pem
  rm new.request new.extensions
  mv new.key "$name.key"
  mv new.pem "$name.pem"
  echo "$folder/$name.pem, $name.key: for Herd:Tls:Certificate and Key of $name"
done
