#include "digests.h"
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

static bool cpu_has(unsigned leaf, unsigned ebx_bits, unsigned ecx_bits) {
    unsigned a, b, c, d;
    if (!__get_cpuid_count(leaf, 0, &a, &b, &c, &d)) return false;
    return (b & ebx_bits) == ebx_bits && (c & ecx_bits) == ecx_bits;
}
bool espalier_has_sha256_instructions(void) { return cpu_has(7, 1u << 29, 0) && cpu_has(1, 0, 1u << 19 | 1u << 9); }
bool espalier_has_crc32c_instruction(void) { return cpu_has(1, 0, 1u << 20); }
#else
bool espalier_has_sha256_instructions(void) { return false; }
bool espalier_has_crc32c_instruction(void) { return false; }
#endif

// SHA-256 ------------------------------------------------------------------------------------------------------------

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
static const uint32_t K[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static inline uint32_t rotr(uint32_t x, int n) { return x >> n | x << (32 - n); }

static void sha256_portable(uint32_t state[8], const uint8_t *p, size_t blocks) {
    for (; blocks > 0; blocks--, p += 64) {
        uint32_t w[64];
        for (int t = 0; t < 16; t++)
            w[t] = (uint32_t)p[4 * t] << 24 | (uint32_t)p[4 * t + 1] << 16 | (uint32_t)p[4 * t + 2] << 8 | p[4 * t + 3];
        for (int t = 16; t < 64; t++) {
            uint32_t x = w[t - 15], y = w[t - 2];
            w[t] = (rotr(y, 17) ^ rotr(y, 19) ^ y >> 10) + w[t - 7] + (rotr(x, 7) ^ rotr(x, 18) ^ x >> 3) + w[t - 16];
        }
        uint32_t s[8];
        memcpy(s, state, sizeof s);
        for (int t = 0; t < 64; t++) {
            uint32_t a = s[0], e = s[4];
            uint32_t t1 = s[7] + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & s[5]) ^ (~e & s[6])) + K[t] + w[t];
            uint32_t t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
            memmove(s + 1, s, 7 * sizeof *s);
            s[4] += t1;
            s[0] = t1 + t2;
        }
        for (int i = 0; i < 8; i++) state[i] += s[i];
    }
}

#if defined(__x86_64__)
// Intel's instructions hold the state as (a b e f) and (c d g h); four rounds take one vector of four schedule words.
__attribute__((target("sha,sse4.1,ssse3"))) static void sha256_instructions(
    uint32_t state[8], const uint8_t *p, size_t blocks) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
    __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
    __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
    __m128i abef = _mm_alignr_epi8(low, high, 8), cdgh = _mm_blend_epi16(high, low, 0xF0);
    for (; blocks > 0; blocks--, p += 64) {
        const __m128i abef0 = abef, cdgh0 = cdgh;
        __m128i w[4];
        for (int i = 0; i < 4; i++)
            w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(p + 16 * i)), big_endian);
#pragma clang loop unroll(full)
        for (int i = 0; i < 16; i++) {
            __m128i now = w[i & 3];
            __m128i sum = _mm_add_epi32(now, _mm_load_si128((const __m128i *)(K + 4 * i)));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
            if (i < 12) {
                __m128i next = _mm_sha256msg1_epu32(now, w[(i + 1) & 3]);
                next = _mm_add_epi32(next, _mm_alignr_epi8(w[(i + 3) & 3], w[(i + 2) & 3], 4));
                w[i & 3] = _mm_sha256msg2_epu32(next, w[(i + 3) & 3]);
            }
        }
        abef = _mm_add_epi32(abef, abef0);
        cdgh = _mm_add_epi32(cdgh, cdgh0);
    }
    __m128i feba = _mm_shuffle_epi32(abef, 0x1B), dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}
#endif

void espalier_sha256_blocks(uint32_t state[8], const uint8_t *data, size_t blocks, bool accelerated) {
#if defined(__x86_64__)
    if (accelerated) {
        sha256_instructions(state, data, blocks);
        return;
    }
#endif
    (void)accelerated;
    sha256_portable(state, data, blocks);
}

// CRC32C -------------------------------------------------------------------------------------------------------------

// Row k: the remainder of a byte followed by k zero bytes, so that eight bytes take eight look-ups ("slicing by 8").
static uint32_t remainders[8][256];

__attribute__((constructor)) static void fill_remainders(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t r = byte;
        for (int bit = 0; bit < 8; bit++) r = r & 1 ? r >> 1 ^ 0x82F63B78u : r >> 1;
        remainders[0][byte] = r;
    }
    for (int k = 1; k < 8; k++)
        for (int byte = 0; byte < 256; byte++) {
            uint32_t r = remainders[k - 1][byte];
            remainders[k][byte] = r >> 8 ^ remainders[0][r & 255];
        }
}

static uint32_t crc32c_portable(uint32_t r, const uint8_t *p, size_t n) {
    for (; n >= 8; n -= 8, p += 8) {
        uint32_t x = r ^ ((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
        r = remainders[7][x & 255] ^ remainders[6][x >> 8 & 255] ^ remainders[5][x >> 16 & 255] ^ remainders[4][x >> 24]
            ^ remainders[3][p[4]] ^ remainders[2][p[5]] ^ remainders[1][p[6]] ^ remainders[0][p[7]];
    }
    for (; n > 0; n--, p++) r = r >> 8 ^ remainders[0][(r ^ *p) & 255];
    return r;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc32c_instruction(uint32_t r, const uint8_t *p, size_t n) {
    uint64_t wide = r;
    for (; n >= 8; n -= 8, p += 8) {
        uint64_t word;
        memcpy(&word, p, 8);
        wide = _mm_crc32_u64(wide, word);
    }
    r = (uint32_t)wide;
    for (; n > 0; n--, p++) r = _mm_crc32_u8(r, *p);
    return r;
}
#endif

uint32_t espalier_crc32c(uint32_t crc, const uint8_t *data, size_t count, bool accelerated) {
#if defined(__x86_64__)
    if (accelerated) return ~crc32c_instruction(~crc, data, count);
#endif
    (void)accelerated;
    return ~crc32c_portable(~crc, data, count);
}
