// judge-cards.mjs make DIR : reads a certificate's qr.txt and jwks.json in DIR, and writes beside them cards that are not true,
//     each made from the true one in another way (bad-NAME.txt), one of a key of its own (own.txt, own.json), and one of
//     that key whose payload has the header of zlib (bad-zlib.txt, to be read with own.json).
// judge-cards.mjs read KEYS CODES : what jose and kill-the-clipboard say of the codes in a file, a line of JSON each.
import * as jose from 'jose';
import { SHCReader } from 'kill-the-clipboard';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const digits = (jws) => 'shc:/' + [...jws].map((c) => String(c.charCodeAt(0) - 45).padStart(2, '0')).join('');
const letters = (code) => code.slice(5).replace(/../g, (two) => String.fromCharCode(Number(two) + 45));
const base64 = (bytes) => Buffer.from(bytes).toString('base64url');

async function make(dir) {
    const code = fs.readFileSync(path.join(dir, 'qr.txt'), 'utf8').trim().split('\n')[0];
    const [header, payload, signature] = letters(code).split('.');
    const put = (name, text) => fs.writeFileSync(path.join(dir, name), text + '\n');
    const change = (text, at) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
    const headed = (more) => base64(JSON.stringify({ ...JSON.parse(Buffer.from(header, 'base64url')), ...more }));
    put('bad-payload.txt', digits([header, change(payload, 40), signature].join('.')));
    put('bad-signature.txt', digits([header, payload, change(signature, 10)].join('.')));
    // The same r and s as ASN.1, as most libraries give them.
    const [r, s] = [0, 32].map((at) => Buffer.from(signature, 'base64url').subarray(at, at + 32));
    const whole = (n) => (n[0] & 0x80 ? Buffer.concat([Buffer.from([0]), n]) : n);
    const part = (n) => Buffer.concat([Buffer.from([2, whole(n).length]), whole(n)]);
    const both = Buffer.concat([part(r), part(s)]);
    put('bad-der.txt', digits([header, payload, base64(Buffer.concat([Buffer.from([0x30, both.length]), both]))].join('.')));
    put('bad-none.txt', digits([headed({ alg: 'none' }), payload, ''].join('.')));
    put('bad-kid.txt', digits([headed({ kid: base64(Buffer.alloc(32, 7)) }), payload, signature].join('.')));
    put('bad-odd.txt', code.slice(0, -1));
    put('bad-above.txt', code.slice(0, 45) + '78' + code.slice(47));
    put('bad-prefix.txt', code.slice(5));
    put('bad-chunk.txt', 'shc:/1/2/' + code.slice(5, 605));

    const { publicKey, privateKey } = await jose.generateKeyPair('ES256', { extractable: true });
    const jwk = await jose.exportJWK(publicKey);
    const kid = await jose.calculateJwkThumbprint(jwk);
    put('own.json', JSON.stringify({ keys: [{ ...jwk, kid, use: 'sig', alg: 'ES256' }] }));
    const claims = zlib.inflateRawSync(Buffer.from(payload, 'base64url'));
    const sign = async (packed) => {
        const signer = new jose.CompactSign(packed).setProtectedHeader({ alg: 'ES256', zip: 'DEF', kid });
        return digits(await signer.sign(privateKey));
    };
    put('own.txt', await sign(zlib.deflateRawSync(claims)));
    put('bad-zlib.txt', await sign(zlib.deflateSync(claims)));
}

async function byJose(code, keys) {
    if (!code.startsWith('shc:/') || code.length % 2 === 0) throw new Error('no code');
    const { payload, protectedHeader } = await jose.compactVerify(
        letters(code),
        ({ kid }) => {
            const jwk = keys.find((key) => key.kid === kid);
            if (!jwk) throw new Error('unknown key');
            return jose.importJWK(jwk, 'ES256');
        },
        { algorithms: ['ES256'] },
    );
    const claims = JSON.parse(zlib.inflateRawSync(payload));
    const bundle = claims.vc.credentialSubject.fhirBundle;
    const doses = bundle.entry.filter(({ resource }) => resource.resourceType === 'Immunization').length;
    return { kid: protectedHeader.kid, name: bundle.entry[0].resource.name[0].text, doses };
}

async function byClipboard(code, keys) {
    const pem = await jose.exportSPKI(await jose.importJWK(keys[0], 'ES256', { extractable: true }));
    const card = await new SHCReader({ publicKey: pem }).fromQRNumeric([code]);
    return { entries: (await card.asBundle()).entry.length };
}

async function read(keyFile, codeFile) {
    const { keys } = JSON.parse(fs.readFileSync(keyFile));
    for (const code of fs.readFileSync(codeFile, 'utf8').trim().split('\n')) {
        const said = {};
        for (const [name, ask] of [['jose', byJose], ['clipboard', byClipboard]]) {
            said[name] = await ask(code, keys).catch((error) => ({ refused: String(error.message) }));
        }
        console.log(JSON.stringify(said));
    }
}

const [what, ...args] = process.argv.slice(2);
await { make, read }[what](...args);
