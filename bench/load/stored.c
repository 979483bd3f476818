/* Certificates at rest as an edge that obtained them keeps them: a folder of N generations, each of a P-256 key of its own, signed by one
   intermediate, with the extensions of a public authority. stored FOLDER N: writes FOLDER/live/... for site-0.many.example and on, and
   whom to trust for them as FOLDER/root.pem. */

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DAY (24 * 60 * 60)

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void folder(const char *path) {
    if (mkdir(path, 0700) != 0) fail(path);
}

static void file(const char *path, const char *content, size_t length) {
    FILE *out = fopen(path, "w");
    if (!out || fwrite(content, 1, length, out) != length || fclose(out) != 0 || chmod(path, 0600) != 0) fail(path);
}

static void hex(const unsigned char *bytes, int count, char *text) {
    for (int i = 0; i < count; i++) sprintf(text + 2 * i, "%02x", bytes[i]);
}

static EVP_PKEY *new_key(void) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    if (!key) fail("P-256");
    return key;
}

static void extend(X509 *certificate, X509 *issuer, int nid, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    if (!extension || !X509_add_ext(certificate, extension, -1)) fail(value);
    X509_EXTENSION_free(extension);
}

static X509 *new_certificate(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key, int days) {
    X509 *certificate = X509_new();
    unsigned char serial[16];
    X509_set_version(certificate, X509_VERSION_3);
    for (int i = 0; i < 16; i++) serial[i] = (unsigned char) (random() >> 8);
    serial[0] = 4;
    BIGNUM *number = BN_bin2bn(serial, sizeof serial, NULL);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -DAY);
    X509_gmtime_adj(X509_getm_notAfter(certificate), (long) days * DAY);
    X509_NAME *subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *) name, -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer ? issuer : certificate));
    X509_set_pubkey(certificate, key);
    X509 *by = issuer ? issuer : certificate;
    if (strchr(name, '.')) {
        char names[300];
        snprintf(names, sizeof names, "DNS:%s", name);
        extend(certificate, by, NID_key_usage, "critical,digitalSignature");
        extend(certificate, by, NID_ext_key_usage, "serverAuth");
        extend(certificate, by, NID_basic_constraints, "critical,CA:FALSE");
        extend(certificate, by, NID_authority_key_identifier, "keyid");
        extend(certificate, by, NID_info_access, "caIssuers;URI:http://ca.many.example/");
        extend(certificate, by, NID_subject_alt_name, names);
        extend(certificate, by, NID_crl_distribution_points, "URI:http://crl.many.example/1.crl");
        /* as large as two signed timestamps; nobody here reads what is in it */
        char stamps[2 * 242 + 8] = "DER:0481f0";
        for (int i = 0; i < 240; i++) sprintf(stamps + 10 + 2 * i, "%02x", (unsigned) (random() >> 8) & 0xff);
        extend(certificate, by, NID_ct_precert_scts, stamps);
    } else {
        extend(certificate, by, NID_basic_constraints, "critical,CA:TRUE");
        extend(certificate, by, NID_key_usage, "critical,keyCertSign,cRLSign");
        extend(certificate, by, NID_subject_key_identifier, "hash");
    }
    if (!X509_sign(certificate, issuer_key ? issuer_key : key, EVP_sha256())) fail("sign");
    return certificate;
}

static void store(const char *live, const char *name, EVP_PKEY *key, X509 *leaf, X509 *issuer, const char *now) {
    char id[800], path[1000], text[2000], digest_text[2 * SHA256_DIGEST_LENGTH + 1];
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256((const unsigned char *) name, strlen(name), digest);
    hex(digest, 4, digest_text);
    snprintf(id, sizeof id, "%s/%s-%s", live, name, digest_text);
    folder(id);
    snprintf(path, sizeof path, "%s/1", id);
    folder(path);

    BIO *bundle = BIO_new(BIO_s_mem());
    char *content;
    PEM_write_bio_PKCS8PrivateKey(bundle, key, NULL, NULL, 0, NULL, NULL);
    PEM_write_bio_X509(bundle, leaf);
    PEM_write_bio_X509(bundle, issuer);
    long length = BIO_get_mem_data(bundle, &content);
    SHA256((const unsigned char *) content, (size_t) length, digest);
    hex(digest, SHA256_DIGEST_LENGTH, digest_text);
    snprintf(path, sizeof path, "%s/1/bundle.pem", id);
    file(path, content, (size_t) length);
    BIO_free(bundle);

    int written = snprintf(text, sizeof text,
        "{\n  \"names\" : [ \"%s\" ],\n  \"authority\" : \"https://127.0.0.1:1/directory\",\n"
        "  \"account\" : \"https://127.0.0.1:1/account/1\",\n  \"issued-at\" : \"%s\",\n  \"sha256\" : \"%s\"\n}\n",
        name, now, digest_text);
    snprintf(path, sizeof path, "%s/1/meta.json", id);
    file(path, text, (size_t) written);
    snprintf(path, sizeof path, "%s/current", id);
    file(path, "1\n", 2);
    written = snprintf(text, sizeof text,
        "{\n  \"failures\" : 0,\n  \"failures-here\" : 0,\n  \"not-before\" : \"1970-01-01T00:00:00Z\",\n  \"issuer\" : 0\n}\n");
    snprintf(path, sizeof path, "%s/state.json", id);
    file(path, text, (size_t) written);
}

int main(int count, char **words) {
    int wanted = count == 3 ? atoi(words[2]) : 0;
    if (wanted < 1 || wanted > 1000000) {
        fprintf(stderr, "usage: stored FOLDER N (expected: N from 1 to 1,000,000)\n");
        return 2;
    }
    char live[500], now[40];
    time_t seconds = time(NULL) - DAY;
    strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", gmtime(&seconds));
    if (mkdir(words[1], 0700) != 0 && access(words[1], W_OK) != 0) fail(words[1]);
    snprintf(live, sizeof live, "%s/live", words[1]);
    folder(live);
    srandom(1);
    EVP_PKEY *root_key = new_key(), *middle_key = new_key();
    X509 *root = new_certificate("Many Root", root_key, NULL, NULL, 3650);
    X509 *middle = new_certificate("Many Intermediate", middle_key, root, root_key, 1000);
    char trust[500];
    snprintf(trust, sizeof trust, "%s/root.pem", words[1]);
    FILE *out = fopen(trust, "w");
    if (!out || !PEM_write_X509(out, root) || fclose(out) != 0) fail(trust);
    for (int i = 0; i < wanted; i++) {
        char name[64];
        snprintf(name, sizeof name, "site-%d.many.example", i);
        EVP_PKEY *key = new_key();
        X509 *leaf = new_certificate(name, key, middle, middle_key, 89);
        store(live, name, key, leaf, middle, now);
        X509_free(leaf);
        EVP_PKEY_free(key);
    }
    X509_free(middle);
    X509_free(root);
    EVP_PKEY_free(middle_key);
    EVP_PKEY_free(root_key);
    return 0;
}
