# shellcheck shell=bash
# Keys, certificates and kubeconfigs of one cluster. Needs: dir, node_name, node_address, port_apiserver.

pki_authority() {
  local file="$dir/pki/$1"
  [[ -s $file.crt ]] && return 0
  openssl ecparam -name prime256v1 -genkey -noout -out "$file.key"
  openssl req -x509 -new -key "$file.key" -subj "/CN=modelop-$1" -days 3650 -out "$file.crt.new" \
    -addext keyUsage=critical,digitalSignature,keyCertSign,cRLSign
  mv "$file.crt.new" "$file.crt"
}

# pki_certificate NAME AUTHORITY SUBJECT USAGE [SUBJECT-ALTERNATIVE-NAMES]
pki_certificate() {
  local file="$dir/pki/$1" authority="$dir/pki/$2" subject=$3 usage=$4 names=${5:-}
  [[ -s $file.crt ]] && return 0
  openssl ecparam -name prime256v1 -genkey -noout -out "$file.key"
  {
    printf 'keyUsage=critical,digitalSignature\nextendedKeyUsage=%s\n' "$usage"
    [[ -z $names ]] || printf 'subjectAltName=%s\n' "$names"
  } >"$file.ext"
  openssl req -new -key "$file.key" -subj "$subject" |
    openssl x509 -req -CA "$authority.crt" -CAkey "$authority.key" -set_serial "0x$(openssl rand -hex 8)" \
      -days 3650 -extfile "$file.ext" -out "$file.crt.new" 2>/dev/null
  mv "$file.crt.new" "$file.crt"
}

pki_service_account_key() {
  [[ -s $dir/pki/service-account.key ]] && return 0
  openssl genrsa -out "$dir/pki/service-account.new" 2048 2>/dev/null
  mv "$dir/pki/service-account.new" "$dir/pki/service-account.key"
}

# pki_kubeconfig FILE CERTIFICATE: for a client of this cluster's API server.
pki_kubeconfig() {
  local file=$1 certificate="$dir/pki/$2"
  [[ -s $file ]] && return 0
  cat >"$file.new" <<END
apiVersion: v1
kind: Config
current-context: $cluster_name
clusters:
- name: $cluster_name
  cluster:
    server: https://127.0.0.1:$port_apiserver
    certificate-authority-data: $(base64 -w0 "$dir/pki/ca.crt")
users:
- name: $2
  user:
    client-certificate-data: $(base64 -w0 "$certificate.crt")
    client-key-data: $(base64 -w0 "$certificate.key")
contexts:
- name: $cluster_name
  context: { cluster: $cluster_name, user: $2 }
END
  chmod 600 "$file.new"
  mv "$file.new" "$file"
}

pki_create() {
  local names="DNS:localhost,IP:127.0.0.1,IP:10.96.0.1,IP:$node_address,DNS:kubernetes,DNS:kubernetes.default"
  names+=",DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
  mkdir -p "$dir/pki"
  chmod 700 "$dir/pki"
  pki_authority ca
  pki_authority front-proxy-ca
  pki_service_account_key
  pki_certificate apiserver ca /CN=kube-apiserver serverAuth "$names"
  pki_certificate apiserver-kubelet ca /O=system:masters/CN=kube-apiserver-kubelet clientAuth
  pki_certificate front-proxy front-proxy-ca /CN=front-proxy clientAuth
  pki_certificate admin ca /O=system:masters/CN=admin clientAuth
  pki_certificate controller-manager ca /CN=system:kube-controller-manager clientAuth
  pki_certificate scheduler ca /CN=system:kube-scheduler clientAuth
  pki_kubeconfig "$dir/kubeconfig" admin
  pki_kubeconfig "$dir/pki/controller-manager.conf" controller-manager
  pki_kubeconfig "$dir/pki/scheduler.conf" scheduler
}

pki_create_node() {
  pki_certificate kubelet ca "/O=system:nodes/CN=system:node:$node_name" clientAuth
  pki_certificate kubelet-server ca "/O=system:nodes/CN=system:node:$node_name" serverAuth \
    "DNS:$node_name,IP:$node_address"
  pki_certificate kube-proxy ca /CN=system:kube-proxy clientAuth
  pki_kubeconfig "$dir/pki/kubelet.conf" kubelet
  pki_kubeconfig "$dir/pki/kube-proxy.conf" kube-proxy
}
