"""Prints what stem reads in a network status given on stdin, one fact a line.

The argument is the type of the document as @type lines write it. The test stem.rs writes the same
lines from the documents that Allium reads, and compares.
"""

import io
import sys

import stem.descriptor
from stem.descriptor import DocumentHandler


def words(mapping):
    return " ".join(f"{key}={value}" for key, value in sorted(mapping.items()))


def document_facts(document):
    yield f"valid {document.valid_after} {document.fresh_until} {document.valid_until}"
    yield f"delay {document.vote_delay} {document.dist_delay}"
    yield f"flags {' '.join(document.known_flags)}"
    yield f"params {words(document.params)}"
    yield f"weights {words(document.bandwidth_weights or {})}"
    yield f"client {','.join(str(version) for version in document.client_versions)}"
    yield f"server {','.join(str(version) for version in document.server_versions)}"
    for authority in document.directory_authorities:
        yield (
            f"authority {authority.nickname} {authority.v3ident} {authority.hostname} {authority.address}"
            f" {authority.dir_port} {authority.or_port} {authority.vote_digest} {authority.contact}"
        )
    for signature in document.signatures:
        yield f"signature {signature.method} {signature.identity} {signature.key_digest}"


def router_facts(router):
    digest = getattr(router, "digest", None)
    microdescriptor = getattr(router, "microdescriptor_digest", None)
    addresses = [f"[{host}]:{port}" if ipv6 else f"{host}:{port}" for host, port, ipv6 in router.or_addresses]
    policy = router.exit_policy if hasattr(router, "exit_policy") else None
    yield f"r {router.nickname} {router.fingerprint} {digest} {router.published}"
    yield f"at {router.address} {router.or_port} {router.dir_port or 0} {' '.join(addresses)}"
    yield f"s {' '.join(sorted(router.flags))}"
    yield f"v {router.version_line}"
    yield f"w {router.bandwidth} {router.measured} {router.is_unmeasured}"
    yield f"p {str(policy).replace(' ', '') if policy else None}"
    yield f"m {microdescriptor}"
    if getattr(router, "identifier_type", None):
        yield f"id {router.identifier_type} {router.identifier}"


def main():
    documents = stem.descriptor.parse_file(
        io.BytesIO(sys.stdin.buffer.read()), sys.argv[1], document_handler=DocumentHandler.DOCUMENT, validate=False
    )
    for document in documents:
        for fact in document_facts(document):
            print(fact)
        for fingerprint in sorted(document.routers):
            for fact in router_facts(document.routers[fingerprint]):
                print(fact)


main()
