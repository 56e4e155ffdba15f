import time
from tests.service.shop import ANNA
async def test_it(open_terminal):
    t0=time.perf_counter()
    async with open_terminal(ANNA) as t:
        t1=time.perf_counter()
        print(t.text, t1-t0)
        await t.press("n"); print("n", time.perf_counter()-t1)
        await t.product.choose("goto-training"); print("n", time.perf_counter()-t1)
        print(t.text, t.name)
        await t.tier.choose("pro"); print("n", time.perf_counter()-t1)
        await t.seats.set(5); print("n", time.perf_counter()-t1)
        print(t.text, t.name)
        await t.press("enter"); print("n", time.perf_counter()-t1)
        print(t.text, t.name)
    print(time.perf_counter()-t0)
async def test_it2(open_terminal):
    async with open_terminal() as t:
        t1=time.perf_counter()
        await t.login.sign_in(ANNA); print("n", time.perf_counter()-t1)
        print(t.text, t.name)
